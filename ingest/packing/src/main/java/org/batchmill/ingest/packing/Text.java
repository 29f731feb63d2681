package org.batchmill.ingest.packing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Strings of any length in the pipeline's binary elements: {@code writeUTF} stops at 64 KiB. */
final class Text {

    private static final int CHUNK_BYTES = 8 << 10;
    private static final int MOST_EXPECTED = 1 << 10;

    private Text() {}

    static void write(DataOutput out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String read(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("a text of " + length + " bytes");
        }
        // Memory is taken as bytes arrive, whatever the length claims.
        byte[] bytes = new byte[0];
        for (int at = 0; at < length; ) {
            int some = Math.min(length - at, Math.max(at, CHUNK_BYTES));
            bytes = Arrays.copyOf(bytes, at + some);
            in.readFully(bytes, at, some);
            at += some;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How many elements follow, of which so many at least may be expected: a list that is longer grows as they arrive. */
    static int expected(int count) throws IOException {
        if (count < 0) {
            throw new IOException("a list of " + count);
        }
        return Math.min(count, MOST_EXPECTED);
    }
}
