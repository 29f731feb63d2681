package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.collective.Gang;

/** Rank 0's checkpoints on all ranks: the others need not reach its disk. */
public final class GangCheckpoint {

    private GangCheckpoint() {}

    /**
     * Reads rank 0's file and hands it to all.
     *
     * @param file of rank 0, null for none; of the others not looked at
     * @return the checkpoint; null for none
     */
    public static Checkpoint share(Gang gang, Path file) throws IOException {
        byte[] bytes = gang.writes() && file != null ? Files.readAllBytes(file) : null;
        byte[] shared = gang.share("the checkpoint", bytes);
        return shared == null
                ? null
                : CheckpointFile.read(shared, gang.writes() ? file.toString() : "the checkpoint of rank 0");
    }
}
