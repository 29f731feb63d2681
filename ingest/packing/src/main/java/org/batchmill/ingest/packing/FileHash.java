package org.batchmill.ingest.packing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.batchmill.records.InputFile;

/** The checksum of a file. */
final class FileHash {

    private static final int BUFFER_BYTES = 256 << 10;

    private FileHash() {}

    /** SHA-256 in hexadecimal. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = ContentHash.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = InputFile.stream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
