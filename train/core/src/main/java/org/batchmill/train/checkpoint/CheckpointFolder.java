package org.batchmill.train.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run: the last few as {@code step-N.ckpt} and the best as {@code best.ckpt}. Older ones are removed only after
 * a newer one is safely written. Used by one thread at a time; two writers are kept apart by {@link RunLock}.
 */
public final class CheckpointFolder {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})\\.ckpt");
    private static final String BEST = "best.ckpt";

    private final Path folder;
    private final int keep;

    /** @param keep how many of the last checkpoints stay, 1 or more */
    public CheckpointFolder(Path folder, int keep) {
        if (keep < 1) {
            throw new UsageException("at least one checkpoint must be kept, not " + keep);
        }
        this.folder = folder;
        this.keep = keep;
    }

    /**
     * A checkpoint with where it came from.
     *
     * @param skipped a line for each newer one that could not be read, newest first
     */
    public record Loaded(Checkpoint checkpoint, Path file, List<String> skipped) {
        public Loaded {
            skipped = List.copyOf(skipped);
        }
    }

    /** Writes the checkpoint as the last one. Those of later steps, which the run has gone back behind, are removed too. */
    public Path save(Checkpoint checkpoint) throws IOException {
        Files.createDirectories(folder);
        long step = checkpoint.progress().step();
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%09d.ckpt", step));
        CheckpointFile.write(file, checkpoint);
        int kept = 0;
        for (Path candidate : list()) {
            if (stepOf(candidate) > step || ++kept > keep) {
                Files.deleteIfExists(candidate);
            }
        }
        return file;
    }

    /** Removes the checkpoints of later steps than this: the run goes back behind them. */
    public void removeBehind(long step) throws IOException {
        for (Path candidate : list()) {
            if (stepOf(candidate) > step) {
                Files.deleteIfExists(candidate);
            }
        }
    }

    /** Writes the checkpoint as the best one. */
    public Path saveBest(Checkpoint checkpoint) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(BEST);
        CheckpointFile.write(file, checkpoint);
        return file;
    }

    /** The last checkpoints, newest first; the best one is not among them. */
    public List<Path> list() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "step-*.ckpt")) {
                for (Path file : files) {
                    if (stepOf(file) >= 0) {
                        found.add(file);
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(CheckpointFolder::stepOf).reversed());
        return found;
    }

    /** The best checkpoint, if validation ever ran. */
    public Optional<Path> best() {
        Path file = folder.resolve(BEST);
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    private static long stepOf(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    /**
     * Reads the newest checkpoint.
     *
     * @param orOlder whether an older one may take the place of one that is damaged; a line in the log says so
     * @throws DataException if it is damaged (or all are, with {@code orOlder}), or there is none
     */
    public Loaded loadLatest(boolean orOlder) throws IOException {
        List<String> skipped = new ArrayList<>();
        DataException first = null;
        for (Path file : list()) {
            try {
                Checkpoint checkpoint = CheckpointFile.read(file);
                return new Loaded(checkpoint, file, skipped);
            } catch (DataException e) {
                if (!orOlder) {
                    throw e;
                }
                first = first == null ? e : first;
                skipped.add(e.getMessage());
                LOG.warn("{}; falling back to an older checkpoint", e.getMessage());
            }
        }
        if (first != null) {
            throw first;
        }
        throw new DataException(DataException.Kind.MISSING, folder.toString(), "holds no checkpoint");
    }
}
