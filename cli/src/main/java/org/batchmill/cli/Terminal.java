package org.batchmill.cli;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a user reads: results on standard output, progress and errors on standard error. Thread-safe.
 *
 * <p>{@link #take()} keeps the process's own streams for us and sends whatever libraries print to the log instead.
 */
public final class Terminal {

    private static final boolean WINDOWS = File.separatorChar == '\\';

    private PrintStream out;
    /** What {@link #out} ends in; null where that is not known. */
    private WatchedStream watched;

    private final PrintStream err;
    private final boolean interactive;
    /** Whether these are the process's own streams. */
    private final boolean own;

    Terminal(PrintStream out, PrintStream err, boolean interactive, boolean own) {
        this(out, null, err, interactive, own);
    }

    private Terminal(PrintStream out, WatchedStream watched, PrintStream err, boolean interactive, boolean own) {
        this.out = out;
        this.watched = watched;
        this.err = err;
        this.interactive = interactive;
        this.own = own;
    }

    /**
     * Takes the process's streams; the launcher says in {@code batchmill.terminal} whether standard error is a terminal, since the JVM
     * does not tell. From now on {@code System.out} and {@code System.err} go to the log. */
    static Terminal take() {
        boolean interactive = Boolean.getBoolean("batchmill.terminal");
        Terminal terminal = WINDOWS ? new Terminal(System.out, System.err, interactive, true) : utf8(interactive);
        System.setOut(LogFile.printStream("stdout"));
        System.setErr(LogFile.printStream("stderr"));
        return terminal;
    }

    /** UTF-8 whatever the locale: in that of a container or of cron the JVM would write question marks. */
    private static Terminal utf8(boolean interactive) {
        WatchedStream out = new WatchedStream(new FileOutputStream(FileDescriptor.out));
        return new Terminal(buffered(out), out, buffered(new FileOutputStream(FileDescriptor.err)), interactive, true);
    }

    private static PrintStream buffered(OutputStream stream) {
        return new PrintStream(new BufferedOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    /**
     * Says so where this JVM cannot name files beyond ASCII, which the locale of its start decides; the launcher sets one that can, if
     * there is one.
     */
    void warnOfFileNames() {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (!WINDOWS && !encoding.equalsIgnoreCase("UTF-8")) {
            progress("warning: the locale has files named in " + encoding
                    + ": names beyond ASCII are not found; set LC_ALL=C.UTF-8, or another locale in UTF-8 that"
                    + " is installed");
        }
    }

    /** A terminal that writes to the given streams, without cursor movements: for tests and for embedding. */
    public static Terminal to(OutputStream out, OutputStream err) {
        WatchedStream watched = new WatchedStream(out);
        return new Terminal(
                new PrintStream(watched, true, StandardCharsets.UTF_8),
                watched,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false);
    }

    /**
     * Keeps standard output for us where native libraries print there: Gloo has a line for each rank. It is opened anew, and the one that
     * natives know leads nowhere from then on. Does nothing where it cannot be opened, and on Windows.
     */
    synchronized void keepFromNatives() {
        if (WINDOWS || !own) {
            return;
        }
        try {
            WatchedStream again = new WatchedStream(new FileOutputStream("/dev/fd/1", true));
            out.flush();
            // Java leads a standard stream that is closed to /dev/null.
            new FileOutputStream(FileDescriptor.out).close();
            out = buffered(again);
            watched = again;
        } catch (IOException e) {
            // A socket cannot be opened again: then natives print beside us.
        }
    }

    /** Whether lines may be drawn over. */
    boolean interactive() {
        return interactive;
    }

    /** One line of a result. */
    synchronized void print(String line) {
        out.println(VisibleText.lines(line));
    }

    /** One line of progress. */
    synchronized void progress(String line) {
        err.println(VisibleText.line(line));
    }

    /** One line that says what went wrong. */
    synchronized void error(String line) {
        err.println("batchmill: " + VisibleText.line(line));
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

    /** Why results are lost, as on a full disk; null if none are. Whoever reads through a pipe and has read enough loses nothing. */
    synchronized String lost() {
        out.flush();
        String why = watched == null ? null : watched.failure;
        return why == null || why.toLowerCase(Locale.ROOT).contains("pipe") ? null : why;
    }

    /** Keeps why a write failed first: a {@link PrintStream} only tells that one did. */
    private static final class WatchedStream extends OutputStream {

        private final OutputStream stream;
        private volatile String failure;

        WatchedStream(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                stream.write(bytes, from, count);
            } catch (IOException e) {
                failure = failure == null ? String.valueOf(e.getMessage()) : failure;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }
    }
}
