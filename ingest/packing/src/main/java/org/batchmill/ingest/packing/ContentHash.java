package org.batchmill.ingest.packing;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.batchmill.records.Content;

/** Hashes of what a sample shows. */
final class ContentHash {

    private ContentHash() {}

    /** The first 64 bits of SHA-256: it decides the split, so nobody should be able to choose it. */
    static long of(Content content) {
        MessageDigest digest = sha256();
        digest.update(view(content));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /** CRC-32C, which costs next to nothing: tells a content that changed by accident. */
    static int checksum(Content content) {
        CRC32C crc = new CRC32C();
        crc.update(view(content));
        return (int) crc.getValue();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ByteBuffer view(Content content) {
        return content.accept(new View());
    }

    private record View() implements Content.Visitor<ByteBuffer, RuntimeException> {

        @Override
        public ByteBuffer encodedImage(Content.EncodedImage image) {
            return image.bytes();
        }

        @Override
        public ByteBuffer rawImage(Content.RawImage image) {
            return image.pixels();
        }

        @Override
        public ByteBuffer features(Content.Features row) {
            float[] values = row.values();
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
            bytes.asFloatBuffer().put(values);
            return bytes;
        }
    }
}
