package org.batchmill.train.events;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.batchmill.train.network.Parameter;

/** The kernels of a first convolution side by side, each scaled to its own range: what the network looks for. */
final class KernelSheet {

    /** Pixels that one weight is drawn as. */
    private static final int ZOOM = 6;

    final int height;
    final int width;
    final int channels;
    private final byte[] pixels;

    /** @param kernels a parameter [out][1 or 3][height][width] */
    KernelSheet(Parameter kernels, float[] values) {
        int filters = kernels.dimensions().get(0);
        int kernelHeight = kernels.dimensions().get(2);
        int kernelWidth = kernels.dimensions().get(3);
        this.channels = kernels.dimensions().get(1);
        int columns = (int) Math.ceil(Math.sqrt(filters));
        int cellHeight = kernelHeight * ZOOM + 1;
        int cellWidth = kernelWidth * ZOOM + 1;
        this.height = (filters + columns - 1) / columns * cellHeight + 1;
        this.width = columns * cellWidth + 1;
        this.pixels = new byte[height * width * channels];
        int size = channels * kernelHeight * kernelWidth;
        for (int filter = 0; filter < filters; filter++) {
            Range range = Range.of(values, filter * size, size);
            int top = filter / columns * cellHeight + 1;
            int left = filter % columns * cellWidth + 1;
            for (int i = 0; i < size; i++) {
                int place = i % (kernelHeight * kernelWidth);
                fill(
                        top + place / kernelWidth * ZOOM,
                        left + place % kernelWidth * ZOOM,
                        i / (kernelHeight * kernelWidth),
                        range.grey(values[filter * size + i]));
            }
        }
    }

    /** Whether a parameter can be seen as images. */
    static boolean fits(Parameter parameter) {
        return parameter.dimensions().size() == 4
                && (parameter.dimensions().get(1) == 1 || parameter.dimensions().get(1) == 3);
    }

    private record Range(float low, float high) {
        static Range of(float[] values, int from, int count) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (int i = from; i < from + count; i++) {
                low = Math.min(low, values[i]);
                high = Math.max(high, values[i]);
            }
            return new Range(low, high);
        }

        byte grey(float value) {
            return (byte) Math.round(high > low ? 255 * (value - low) / (high - low) : 127);
        }
    }

    private void fill(int top, int left, int channel, byte value) {
        for (int y = top; y < top + ZOOM; y++) {
            for (int x = left; x < left + ZOOM; x++) {
                pixels[(y * width + x) * channels + channel] = value;
            }
        }
    }

    /** As a PNG file, 8 bits a channel: by the JDK's writer, since this module has no natives. */
    byte[] png() {
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        byte[] stored = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < pixels.length; i++) {
            // Blue first, where there are colours.
            stored[i / channels * channels + channels - 1 - i % channels] = pixels[i];
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        // Given the stream itself, the writer would make a temporary file.
        try (MemoryCacheImageOutputStream memory = new MemoryCacheImageOutputStream(file)) {
            ImageIO.write(image, "png", memory);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return file.toByteArray();
    }
}
