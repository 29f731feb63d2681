package org.batchmill.cli;

import java.io.IOException;
import org.batchmill.jobs.gang.Endings;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import org.batchmill.train.collective.LostRankException;
import picocli.CommandLine;

/** What the command's exit codes mean: a stable contract, documented in docs/cli.md. */
final class ExitCode {

    static final int DONE = 0;
    /** The data or the result is bad, or a file could not be read or written. */
    static final int BAD = 1;
    /** Wrong usage. */
    static final int USAGE = 2;
    /** A native library, a device or an engine is missing. */
    static final int MISSING_PART = 3;
    /** Stopped by a signal: after a clean checkpoint, or with what was written up to then. */
    static final int STOPPED = Endings.STOPPED;
    /** A rank of a gang was lost: a gang may be formed again. */
    static final int LOST_RANK = Endings.LOST;

    private ExitCode() {}

    static int of(Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof LostRankException) {
                return LOST_RANK;
            }
            if (t instanceof UsageException || t instanceof CommandLine.ParameterException) {
                return USAGE;
            }
            if (t instanceof MissingPartException || t instanceof LinkageError) {
                return MISSING_PART;
            }
            if (t instanceof IOException) {
                return BAD;
            }
        }
        return BAD;
    }
}
