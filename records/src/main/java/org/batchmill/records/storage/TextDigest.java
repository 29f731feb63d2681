package org.batchmill.records.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of a fixed length that tell texts apart. */
public final class TextDigest {

    /** Bytes of SHA-256. */
    public static final int WHOLE = 32;

    private TextDigest() {}

    /** The first bytes of the SHA-256 of a text in UTF-8, in hexadecimal. */
    public static String of(String text, int bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
