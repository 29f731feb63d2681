package org.batchmill.ingest.packing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/**
 * Tells whether a job is the one that a journal belongs to: the options that decide what is written, and name, size and time of
 * every file of the data. What only decides how it is written (runner, parallelism, the treatment of bad samples) is left out, so
 * that a job that failed at a bad image goes on when it is told to skip it.
 */
final class Fingerprint {

    private Fingerprint() {}

    /** @param files all of the data, sorted */
    static String of(PackSpec spec, SortedMap<Path, BasicFileAttributes> files) {
        MessageDigest digest = ContentHash.sha256();
        PackOptions options = spec.options();
        add(digest, "batchmill pack " + Journal.VERSION);
        add(digest, options.data());
        add(digest, options.source().toString());
        add(digest, options.shards().container().toString());
        add(digest, "shards " + options.shards().count() + " side " + options.maxSide() + " seed " + options.seed());
        add(digest, "split " + options.split() + " lists " + spec.lists());
        files.forEach((file, attributes) -> add(
                digest,
                file + " " + attributes.size() + " "
                        + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String line) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }
}
