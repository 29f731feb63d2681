package org.batchmill.train.protobuf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.protobuf.WireWriter;

/**
 * A protocol-buffer message that is written field by field. Values are written even where they are the default. Float arrays and nested
 * messages are kept, not copied, until the message is written out; nobody may change them until then. Used by one thread.
 */
public final class Message {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final int BLOCK = 1 << 16;

    /** Finished parts, in order; what is being written is behind them in {@link #bytes}. */
    private final List<Part> parts = new ArrayList<>();

    private final ByteBuffer varint = ByteBuffer.allocate(WireWriter.LONGEST_VARINT);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long lengthOfParts;

    /** Some bytes of the message. */
    private interface Part {
        long length();

        void writeTo(WritableByteChannel out) throws IOException;
    }

    private void tag(int field, int type) {
        varint(((long) field << 3) | type);
    }

    private void varint(long value) {
        varint.clear();
        WireWriter.putVarint(varint, value);
        bytes.write(varint.array(), 0, varint.position());
    }

    /** An integer, a boolean or an enumeration's number. */
    public Message integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    public Message number(int field, double value) {
        tag(field, FIXED64);
        fixed(Double.doubleToRawLongBits(value), Double.BYTES);
        return this;
    }

    public Message number(int field, float value) {
        tag(field, FIXED32);
        fixed(Float.floatToRawIntBits(value), Float.BYTES);
        return this;
    }

    public Message text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public Message bytes(int field, byte[] value) {
        tag(field, LENGTH);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    /** A nested message, to which nothing may be added any more. */
    public Message message(int field, Message value) {
        tag(field, LENGTH);
        varint(value.length());
        finishPart();
        value.finishPart();
        parts.addAll(value.parts);
        lengthOfParts += value.lengthOfParts;
        return this;
    }

    /** Repeated doubles, packed. */
    public Message numbers(int field, double[] values) {
        tag(field, LENGTH);
        varint((long) Double.BYTES * values.length);
        for (double value : values) {
            fixed(Double.doubleToRawLongBits(value), Double.BYTES);
        }
        return this;
    }

    /** Floats as a field of bytes, little-endian: {@code raw_data} and {@code tensor_content} of tensors. */
    public Message rawFloats(int field, float[] values) {
        tag(field, LENGTH);
        varint((long) Float.BYTES * values.length);
        finishPart();
        add(new Floats(values));
        return this;
    }

    /** Little-endian. */
    private void fixed(long bits, int count) {
        for (int i = 0; i < count; i++) {
            bytes.write((int) (bits >>> (8 * i)));
        }
    }

    private void finishPart() {
        if (bytes.size() > 0) {
            add(new Bytes(bytes.toByteArray()));
            bytes.reset();
        }
    }

    private void add(Part part) {
        parts.add(part);
        lengthOfParts += part.length();
    }

    /** In bytes. */
    public long length() {
        return lengthOfParts + bytes.size();
    }

    /** Writes the message, without its length. */
    public void writeTo(WritableByteChannel out) throws IOException {
        finishPart();
        for (Part part : parts) {
            part.writeTo(out);
        }
    }

    /** For small messages. */
    public byte[] toBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream(Math.toIntExact(length()));
        try {
            writeTo(Channels.newChannel(all));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return all.toByteArray();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bytes(byte[] values) implements Part {
        @Override
        public long length() {
            return values.length;
        }

        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            writeFully(out, ByteBuffer.wrap(values));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Floats(float[] values) implements Part {
        @Override
        public long length() {
            return (long) Float.BYTES * values.length;
        }

        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            for (int from = 0; from < values.length; from += BLOCK / Float.BYTES) {
                int count = Math.min(BLOCK / Float.BYTES, values.length - from);
                block.clear().asFloatBuffer().put(values, from, count);
                writeFully(out, block.limit(count * Float.BYTES));
            }
        }
    }

    private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
