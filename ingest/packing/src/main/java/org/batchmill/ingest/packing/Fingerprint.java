package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.batchmill.ingest.sources.Sources;

/**
 * Tells whether a job is the one that a journal belongs to: the options that decide what is written, and name, size and time of
 * every file of the data. What only decides how it is written (runner, parallelism, the treatment of bad samples) is left out, so
 * that a job that failed at a bad image goes on when it is told to skip it.
 */
final class Fingerprint {

    private Fingerprint() {}

    static String of(PackSpec spec) throws IOException {
        MessageDigest digest = ContentHash.sha256();
        PackOptions options = spec.options();
        add(digest, "batchmill pack " + Journal.VERSION);
        add(digest, options.data());
        add(digest, options.source().toString());
        add(digest, options.shards().container().toString());
        add(digest, "shards " + options.shards().count() + " side " + options.maxSide() + " seed " + options.seed());
        add(digest, "split " + options.split() + " lists " + spec.lists());
        Sources.files(options.data())
                .forEach((file, attributes) -> add(
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
