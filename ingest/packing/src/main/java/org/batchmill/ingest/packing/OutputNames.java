package org.batchmill.ingest.packing;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.batchmill.ingest.packing.PackOptions.Container;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.LockFile;

/**
 * The names of what a job writes. With the prefix {@code out/bccd}: {@code out/bccd-train-00000-of-00004.tfrecord}, beside them
 * {@code out/bccd-dataset.json} and, while the job runs, the folder {@code out/.bccd-journal}. With a prefix that ends in a slash the
 * names begin with the split: {@code out/train-00000-of-00004.tfrecord}, {@code out/dataset.json}.
 */
record OutputNames(String prefix, Container container) implements Serializable {

    /** Where everything is written. */
    Path folder() {
        Path path = Places.of(prefix).toAbsolutePath().normalize();
        return endsInSlash() ? path : path.getParent();
    }

    String shard(String split, int shard, int shards) {
        String numbers = String.format(Locale.ROOT, "%05d-of-%05d.%s", shard, shards, container.suffix());
        return base() + (split.isEmpty() ? "" : split + "-") + numbers;
    }

    /** Whether a name is that of a shard of this prefix, with any number, split and container. */
    boolean isShard(String file) {
        return file.matches(Pattern.quote(base()) + "([A-Za-z][A-Za-z0-9_]*-)?\\d{5}-of-\\d{5}\\.(tfrecord|arrow)");
    }

    /**
     * Keeps a job from packing a data set into its own place.
     *
     * @throws UsageException if an input, or a link that stands for it, lies where files of this prefix are written
     */
    void refuse(Collection<Path> inputs) throws IOException {
        if (!Files.isDirectory(folder())) {
            return;
        }
        Path real = folder().toRealPath();
        for (Path input : inputs) {
            // Only a link has another name where it leads.
            Path named = input.toAbsolutePath();
            for (Path place : Files.isSymbolicLink(input) ? List.of(named, input.toRealPath()) : List.of(named)) {
                if (isOutput(place.getFileName().toString())
                        && real.equals(place.getParent().toRealPath())) {
                    throw new UsageException(prefix + ": would replace the input " + input + "; choose another prefix");
                }
            }
        }
    }

    private boolean isOutput(String file) {
        return isShard(file)
                || file.equals(dataset().getFileName().toString())
                || file.equals(quarantine().getFileName().toString());
    }

    /** Removes shards, with their indexes; what a description says is only believed where it names a shard of this prefix. */
    void remove(List<String> shards, Set<String> except) throws IOException {
        for (String shard : shards) {
            if (isShard(shard) && !except.contains(shard)) {
                Files.deleteIfExists(folder().resolve(shard));
                Files.deleteIfExists(folder().resolve(shard + ".idx"));
            }
        }
    }

    Path dataset() {
        return folder().resolve(base() + "dataset.json");
    }

    Path quarantine() {
        return folder().resolve(base() + "quarantine.jsonl");
    }

    /** What became of the frames of videos, for people. */
    Path report() {
        return folder().resolve(base() + "report.html");
    }

    /** Small images of what was packed of videos. */
    Path contactSheet() {
        return folder().resolve(base() + "contact-sheet.jpg");
    }

    Path journal() {
        return folder().resolve("." + base() + "journal");
    }

    /** Held while a job runs: beside the shards, or, where they lie in a store, which has no locks, on this machine. */
    Path lock() {
        return LockFile.standIn(folder().resolve("." + base() + "lock"));
    }

    private boolean endsInSlash() {
        return prefix.endsWith("/") || prefix.endsWith("\\");
    }

    private String base() {
        return endsInSlash() ? "" : Places.of(prefix).getFileName() + "-";
    }
}
