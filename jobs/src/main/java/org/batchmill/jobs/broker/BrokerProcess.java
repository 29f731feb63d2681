package org.batchmill.jobs.broker;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.batchmill.queues.threads.WorkerThread;

/**
 * Where a program of Kafka's begins, in a process beside {@link BrokerJob}'s: it ends when that one does, however that one ends. The system
 * closes a pipe when the last process that writes to it is gone, and nobody ever writes to this one.
 */
final class BrokerProcess {

    private BrokerProcess() {}

    /** What starts a program of Kafka's: to be followed by its arguments. */
    static List<String> command(String classPath, String main) throws IOException {
        String ours = List.of(BrokerProcess.class, WorkerThread.class).stream()
                .map(BrokerProcess::place)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", classPath + File.pathSeparator + ours, BrokerProcess.class.getName(), main);
    }

    /** The jar or the folder that a class is in. */
    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " lies nowhere", e);
        }
    }

    /** The first argument names the class whose {@code main} takes the others. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        WorkerThread.start("the parent's end", () -> awaitEnd(System.in), failure -> end());
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(arguments[0] + " ended", e.getCause());
        }
    }

    private static void awaitEnd(InputStream pipe) throws IOException {
        while (pipe.read() >= 0) {
            // Nothing is sent.
        }
        end();
    }

    /** At once, as the parent did: what the broker took is the system's by then, and it mends its files when it is started again. */
    private static void end() {
        Runtime.getRuntime().halt(1);
    }
}
