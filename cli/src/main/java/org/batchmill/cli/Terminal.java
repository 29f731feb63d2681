package org.batchmill.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a user reads: results on standard output, progress and errors on standard error. Thread-safe.
 *
 * <p>{@link #take()} keeps the process's own streams for us and sends whatever libraries print to the log instead.
 */
public final class Terminal {

    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;

    Terminal(PrintStream out, PrintStream err, boolean interactive) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
    }

    /**
     * Takes the process's streams; the launcher says in {@code batchmill.terminal} whether standard error is a terminal, since the JVM
     * does not tell. From now on {@code System.out} and {@code System.err} go to the log. */
    static Terminal take() {
        Terminal terminal = new Terminal(System.out, System.err, Boolean.getBoolean("batchmill.terminal"));
        System.setOut(LogFile.printStream("stdout"));
        System.setErr(LogFile.printStream("stderr"));
        return terminal;
    }

    /** A terminal that writes to the given streams, without cursor movements: for tests and for embedding. */
    public static Terminal to(OutputStream out, OutputStream err) {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
    }

    /** Whether lines may be drawn over. */
    boolean interactive() {
        return interactive;
    }

    /** One line of a result. */
    synchronized void print(String line) {
        out.println(line);
    }

    /** One line of progress. */
    synchronized void progress(String line) {
        err.println(line);
    }

    /** One line that says what went wrong. */
    synchronized void error(String line) {
        err.println("batchmill: " + line);
    }

    PrintStream err() {
        return err;
    }

    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    synchronized void flush() {
        out.flush();
        err.flush();
    }
}
