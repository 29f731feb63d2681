package org.batchmill.spark;

import java.io.PrintStream;

/** What {@code jobs.gang} reads of this process: lines whose first letter says what they are. Thread-safe. */
final class Report {

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    /** A line of rank 0's standard output. */
    void out(String line) {
        say('o', line);
    }

    /** A line of rank 0's standard error. */
    void error(String line) {
        say('e', line);
    }

    /** Worth reading. */
    void log(String line) {
        say('l', line);
    }

    /** Worth acting on. */
    void warn(String line) {
        say('w', line);
    }

    /** Why nothing was trained to its end. */
    void failed(String line) {
        say('f', line);
    }

    /** What was asked for wrongly. */
    void refused(String line) {
        say('u', line);
    }

    private synchronized void say(char kind, String line) {
        out.println(kind + line);
        out.flush();
    }
}
