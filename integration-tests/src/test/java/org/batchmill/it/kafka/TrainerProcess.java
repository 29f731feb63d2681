package org.batchmill.it.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.batchmill.testing.Await;

/** The command in a JVM of its own, which can be killed and paused. */
public final class TrainerProcess implements AutoCloseable {

    private final Process process;
    private final Path log;

    private TrainerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    public static TrainerProcess start(Path log, Object... arguments) throws IOException {
        return start(log, List.of(), arguments);
    }

    /** {@link #start(Path, Object...)} with options for the JVM. */
    public static TrainerProcess start(Path log, List<String> javaOptions, Object... arguments) throws IOException {
        return start(log, javaOptions, Map.of(), arguments);
    }

    /** {@link #start(Path, Object...)} with variables added to the environment. */
    public static TrainerProcess start(Path log, Map<String, String> environment, Object... arguments)
            throws IOException {
        return start(log, List.of(), environment, arguments);
    }

    /** {@link #start(Path, Object...)} with options for the JVM, and variables added to the environment. */
    public static TrainerProcess start(
            Path log, List<String> javaOptions, Map<String, String> environment, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
        String extension = System.getProperty("org.bytedeco.javacpp.platform.extension");
        if (extension != null) {
            command.add("-Dorg.bytedeco.javacpp.platform.extension=" + extension);
        }
        // Its own class path may be among the options: the last one holds.
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(javaOptions);
        command.add("org.batchmill.cli.Batchmill");
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new TrainerProcess(builder.start(), log);
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Whether something is so already; ends the wait for it when the trainer has ended and it never will be. */
    public boolean hasCome(Callable<Boolean> moment) throws Exception {
        boolean ended = !process.isAlive();
        boolean come = moment.call();
        if (ended && !come) {
            throw new AssertionError("the trainer ended with " + process.exitValue() + ": " + log());
        }
        return come;
    }

    /**
     * Waits until something is so that trainers bring about. If one of them ends before, or it does not come for as long as {@link Await} waits, the
     * failure tells what all have logged, and where the threads of those stand that live.
     */
    static void await(String what, Callable<Boolean> moment, TrainerProcess... trainers) throws Exception {
        try {
            Await.until(what, () -> {
                boolean ended = Arrays.stream(trainers).anyMatch(trainer -> !trainer.isAlive());
                boolean come = moment.call();
                if (ended && !come) {
                    throw new AssertionError("a trainer ended before " + what);
                }
                return come;
            });
        } catch (AssertionError e) {
            StringBuilder logs = new StringBuilder(e.getMessage());
            for (TrainerProcess trainer : trainers) {
                if (trainer.isAlive()) {
                    trainer.signal("-QUIT"); // a JVM writes its threads' stacks then, which takes a moment
                    trainer.endsWithin(2_000);
                }
                logs.append("\n--- ")
                        .append(trainer.log.getFileName())
                        .append(":\n")
                        .append(trainer.log());
            }
            throw new AssertionError(logs.toString(), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The processes that it started and that live. */
    public Stream<ProcessHandle> children() {
        return process.children();
    }

    /** The processes that it started, those that they started, and so on, that live. */
    public Stream<ProcessHandle> descendants() {
        return process.descendants();
    }

    /** Kills it at once (SIGKILL) if it still runs after so long; whether it did. */
    public boolean killAfter(long millis) throws InterruptedException {
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            return false;
        }
        process.destroyForcibly().waitFor();
        return true;
    }

    /** Waits so long and then for something to be so, and kills it at that moment if it still runs; whether it did. */
    boolean killWhen(long millis, Callable<Boolean> moment) throws Exception {
        if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            return false;
        }
        while (process.isAlive()) {
            if (moment.call()) {
                process.destroyForcibly().waitFor();
                return true;
            }
        }
        return false;
    }

    /** Asks it to stop (SIGTERM) and waits. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** Waits so long; whether it has ended. */
    public boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** Stops its threads where they are (SIGSTOP), as a machine that hangs would. */
    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    /** Sends it a signal, as in {@code -TERM}. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
