package org.batchmill.jobs.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.task.NetworkTask;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;

/**
 * The checkpoint that a path stands for. A run folder stands for the best one of its evaluations, for its last where nothing was
 * evaluated, and for its last where numbers are fitted: of a line, the best on a few points that were held out is chance. Immutable.
 *
 * @param file       that was read
 * @param checkpoint what it holds
 */
public record ChosenCheckpoint(Path file, Checkpoint checkpoint) {

    /** What the checkpoint of a compressed network, and of trainings that go on from it, has among its states: how it was made. */
    public static final String COMPRESSION = "compression";

    /** The first word of {@link #compression()} where weights were pruned. */
    public static final String PRUNED = "prune";

    /**
     * Reads it and tells the listener which one it is.
     *
     * @param place a checkpoint, a run folder, or a network in ONNX that takes pixels as they are
     * @throws DataException if it is neither, or the checkpoint is bad
     */
    public static ChosenCheckpoint take(Path place, JobListener listener) throws IOException {
        if (OnnxModel.isOne(place)) {
            listener.log("network of " + place + ", which is given pixels of 0 to 255");
            return new ChosenCheckpoint(place, OnnxModel.read(place, List.of(), PixelRange.BYTES, listener));
        }
        if (!Files.isDirectory(place)) {
            return told(place, CheckpointFile.read(place), "", listener);
        }
        CheckpointFolder folder = new CheckpointFolder(place.resolve("checkpoints"), 1);
        Optional<Path> best = folder.best();
        List<Path> all = folder.list();
        if (best.isPresent()) {
            Checkpoint checkpoint = CheckpointFile.read(best.get());
            requireSense(best.get(), checkpoint);
            if (all.isEmpty() || !NetworkTask.of(checkpoint.task()).isFit()) {
                return told(best.get(), checkpoint, ", the best of its run", listener);
            }
        }
        if (all.isEmpty()) {
            throw new DataException(
                    DataException.Kind.MISSING, place.toString(), "is no run folder: it holds no checkpoint");
        }
        return told(all.get(0), CheckpointFile.read(all.get(0)), ", the last of its run", listener);
    }

    /**
     * Refuses a checkpoint whose task cannot be what it says; one of a task that is not known here is for whoever needs the task.
     *
     * @throws DataException naming the file
     */
    public static void requireSense(Path file, Checkpoint checkpoint) throws DataException {
        try {
            NetworkTask.of(checkpoint.task());
        } catch (UsageException e) {
            return;
        } catch (RuntimeException e) {
            throw new DataException(
                    DataException.Kind.CORRUPT, file.toString(), "its task makes no sense: " + e.getMessage(), e);
        }
    }

    private static ChosenCheckpoint told(Path file, Checkpoint checkpoint, String why, JobListener listener)
            throws DataException {
        requireSense(file, checkpoint);
        listener.log("checkpoint " + file + ", step " + checkpoint.progress().step() + why);
        return new ChosenCheckpoint(file, checkpoint);
    }

    /** How its weights were compressed, {@code prune 0.9} for instance; empty if they were not. */
    public String compression() {
        return checkpoint.progress().states().getOrDefault(COMPRESSION, "");
    }
}
