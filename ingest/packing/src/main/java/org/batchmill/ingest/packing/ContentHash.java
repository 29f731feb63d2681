package org.batchmill.ingest.packing;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.batchmill.records.Content;

/** The hash of what a sample shows: the first 64 bits of SHA-256, which the CPU computes faster than a disk reads. */
final class ContentHash {

    private ContentHash() {}

    static long of(Content content) {
        MessageDigest digest = sha256();
        digest.update(view(content));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /** How many bytes a sample's content has. */
    static int bytes(Content content) {
        return view(content).remaining();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ByteBuffer view(Content content) {
        if (content instanceof Content.EncodedImage image) {
            return image.bytes();
        }
        if (content instanceof Content.RawImage image) {
            return image.pixels();
        }
        float[] values = ((Content.Features) content).values();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
