package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Frames that show their own number as 16 black or white squares, four in a row, which survive lossy codecs and scaling. */
final class NumberedFrames {

    static final int HEIGHT = 64;
    static final int WIDTH = 96;

    private NumberedFrames() {}

    static ByteBuffer draw(int number) {
        return draw(number, HEIGHT, WIDTH);
    }

    static ByteBuffer draw(int number, int height, int width) {
        ByteBuffer pixels = ByteBuffer.allocate(height * width * 3);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int bit = y * 4 / height * 4 + x * 4 / width;
                byte grey = (byte) ((number >> bit & 1) == 1 ? 235 : 20);
                pixels.put(grey).put(grey).put(grey);
            }
        }
        return pixels.flip();
    }

    static int read(VideoFrame frame) {
        return read(frame.pixels(), frame.height(), frame.width());
    }

    static int read(ByteBuffer pixels, int height, int width) {
        int number = 0;
        for (int bit = 0; bit < 16; bit++) {
            int y = (bit / 4 * 2 + 1) * height / 8;
            int x = (bit % 4 * 2 + 1) * width / 8;
            if ((pixels.get((y * width + x) * 3) & 0xff) > 128) {
                number |= 1 << bit;
            }
        }
        return number;
    }

    /** A number that changes many squares from frame to frame. */
    static int code(int frame) {
        return frame * 40503 & 0xffff;
    }

    static Path write(Path path, int frames, WriterOptions options) throws IOException {
        try (VideoWriter writer = VideoWriter.create(path, HEIGHT, WIDTH, options)) {
            for (int i = 0; i < frames; i++) {
                writer.write(draw(code(i)));
            }
            writer.finish();
        }
        return path;
    }
}
