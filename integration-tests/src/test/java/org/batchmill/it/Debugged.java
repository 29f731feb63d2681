package org.batchmill.it;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassType;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequestManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.it.kafka.TrainerProcess;

/**
 * The command in a JVM of its own, under a debugger that lets a thread die of an Error: when a method begins on a thread of a certain
 * name, the Error is thrown there. So every thread can be killed, with all parts real.
 */
public final class Debugged implements AutoCloseable {

    private static final String ERROR = "java.lang.LinkageError";

    private final ListeningConnector connector;
    private final Map<String, Connector.Argument> arguments;
    private final TrainerProcess process;
    private final VirtualMachine machine;
    private String killed;

    private Debugged(Path log, List<Object> command) throws Exception {
        connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(c -> c.transport().name().equals("dt_socket"))
                .findFirst()
                .orElseThrow();
        arguments = connector.defaultArguments();
        arguments.get("localAddress").setValue("127.0.0.1");
        arguments.get("port").setValue("0");
        String address = connector.startListening(arguments);
        process = TrainerProcess.start(
                log,
                List.of("-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address),
                command.toArray());
        machine = connector.accept(arguments);
    }

    /** Starts a command, which waits until {@link #kill}. */
    public static Debugged start(Path log, List<Object> command) throws Exception {
        return new Debugged(log, command);
    }

    /**
     * Runs the command to its end, and on its way kills the first thread that begins a method.
     *
     * @param thread how its name begins
     * @return the name of the thread that was killed; null if the command ended without
     */
    public String kill(String type, String method, String thread) throws InterruptedException {
        EventRequestManager requests = machine.eventRequestManager();
        ClassPrepareRequest prepared = requests.createClassPrepareRequest();
        prepared.addClassFilter(type);
        prepared.enable();
        machine.resume();
        try {
            while (true) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent e) {
                        stopAt(requests, e.referenceType(), method);
                    } else if (event instanceof BreakpointEvent e) {
                        hit(requests, e, thread);
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException e) {
            return killed;
        }
    }

    private static void stopAt(EventRequestManager requests, ReferenceType type, String method) {
        for (Method one : type.methodsByName(method)) {
            if (!one.isAbstract() && !one.isBridge()) {
                BreakpointRequest request = requests.createBreakpointRequest(one.location());
                request.enable();
            }
        }
    }

    private void hit(EventRequestManager requests, BreakpointEvent event, String thread) {
        ThreadReference at = event.thread();
        if (killed != null || !at.name().startsWith(thread)) {
            return;
        }
        // The other threads go on while the Error is made, since this one may need a lock that one of them holds: none
        // may stop meanwhile.
        requests.deleteAllBreakpoints();
        requests.classPrepareRequests().forEach(ClassPrepareRequest::disable);
        try {
            ClassType error = (ClassType) machine.classesByName(ERROR).get(0);
            Method constructor = error.concreteMethodByName("<init>", "()V");
            ObjectReference thrown = error.newInstance(at, constructor, List.of(), 0);
            at.stop(thrown);
            killed = at.name();
        } catch (com.sun.jdi.InvalidTypeException
                | com.sun.jdi.ClassNotLoadedException
                | com.sun.jdi.IncompatibleThreadStateException
                | com.sun.jdi.InvocationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The command's process. */
    public TrainerProcess process() {
        return process;
    }

    @Override
    public void close() throws IOException {
        process.close();
        try {
            connector.stopListening(arguments);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }
}
