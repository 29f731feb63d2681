package org.batchmill.records;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What a sample shows: an encoded image, pixels, or numbers. The buffers are read-only views and are never changed. Code that does
 * something else for each kind walks them with a {@link Visitor}, so that a new kind fails to compile there.
 */
public sealed interface Content {

    /** Calls the visitor's method for this kind and returns what it returns. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    /** How many bytes it keeps. */
    long byteCount();

    /**
     * A method for each kind of content.
     *
     * @param <R> what they return
     * @param <X> what they throw
     */
    interface Visitor<R, X extends Exception> {
        R encodedImage(EncodedImage image) throws X;

        R rawImage(RawImage image) throws X;

        R features(Features row) throws X;
    }

    /**
     * An image as its file holds it (JPEG, PNG, ...).
     *
     * @param bytes from position to limit; may be a view of a larger buffer
     */
    record EncodedImage(ByteBuffer bytes) implements Content {
        public EncodedImage {
            bytes = bytes.slice().asReadOnlyBuffer();
        }

        /** A new view, so that readers on several threads do not share a position. */
        @Override
        public ByteBuffer bytes() {
            return bytes.duplicate();
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.encodedImage(this);
        }

        @Override
        public long byteCount() {
            return bytes.remaining();
        }
    }

    /**
     * Pixels, row by row, channels innermost: {@code height * width * channels} unsigned bytes.
     *
     * @param pixels  from position to limit; RGB order where there are three channels
     * @param height  in pixels
     * @param width   in pixels
     * @param channels 1 or 3, or a multiple of 3 for stacked frames
     */
    record RawImage(ByteBuffer pixels, int height, int width, int channels) implements Content {
        public RawImage {
            pixels = pixels.slice().asReadOnlyBuffer();
            boolean sizes = height > 0 && width > 0 && channels > 0;
            // In numbers whose product cannot overflow: a damaged file may claim any three.
            if (!sizes || pixels.remaining() != (double) height * width * channels) {
                throw new IllegalArgumentException(
                        pixels.remaining() + " bytes are not " + height + " x " + width + " x " + channels);
            }
        }

        @Override
        public ByteBuffer pixels() {
            return pixels.duplicate();
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.rawImage(this);
        }

        @Override
        public long byteCount() {
            return pixels.remaining();
        }
    }

    /** A row of numbers, for tables. The array is not copied: the caller does not change it afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // a row is handed over, never compared
    record Features(float[] values) implements Content {
        public Features {
            Objects.requireNonNull(values, "values");
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.features(this);
        }

        @Override
        public long byteCount() {
            return (long) values.length * Float.BYTES;
        }
    }
}
