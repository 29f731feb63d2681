package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.jobs.options.Bytes;
import org.batchmill.records.OptionException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/** Whether a disk has room for what a training keeps. */
final class DiskSpace {

    private DiskSpace() {}

    /**
     * Makes sure that the checkpoints fit: a full disk would otherwise end the training at the first of them.
     *
     * @param keep how many are kept beside the best, and one that is being written
     * @throws OptionException if they do not
     */
    static void require(Path run, Program program, int keep) throws IOException {
        long values = program.spec().network().parameters().stream()
                .mapToLong(Parameter::size)
                .sum();
        int copies = 1 + program.spec().optimizer().slots().size();
        long needed = values * Float.BYTES * copies * (keep + 2L);
        long free = Files.getFileStore(run).getUsableSpace();
        if (free < needed) {
            throw new OptionException(
                    "{}: its checkpoints take up to {}, and its disk has {} left: make room, take another {run}, or keep fewer"
                            + " with {keep}",
                    run,
                    Bytes.rough(needed),
                    Bytes.rough(free));
        }
    }
}
