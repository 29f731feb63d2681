package org.batchmill.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.pixels.Image;
import org.batchmill.records.DataException;
import org.batchmill.records.image.ImageHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native decoder sees the chunks that pixels need and no other. */
class PngChunksTest {

    /** Behind the magic and the header. */
    private static final int BODY = 33;

    @Test
    void shouldHandOnlyWhatPixelsNeedToTheDecoder() throws Exception {
        byte[] plain = png();
        byte[] full = plain;
        for (String type : new String[] {"acTL", "iCCP", "tEXt", "zTXt", "sPLT", "hIST", "eXIf", "prIv"}) {
            full = insert(full, type, new byte[40]);
        }
        ByteBuffer copy = ByteBuffer.allocate(full.length);
        ImageHeader.check(ByteBuffer.wrap(full), "x.png", 1 << 20);
        int length = PngPixels.copy(ByteBuffer.wrap(full), copy);
        assertThat(Arrays.copyOf(copy.array(), length)).isEqualTo(plain);
        assertThat(pixels(full)).isEqualTo(pixels(plain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"IHDR", "QUUX"})
    void shouldRefuseWhatIsCriticalAndUnknownOrTwice(String type) throws IOException {
        refuse(insert(png(), type, new byte[13]));
    }

    @Test
    void shouldRefuseChunksThatAreLongerThanTheFormatHasThem() throws IOException {
        refuse(insert(png(), "PLTE", new byte[771]));
        refuse(insert(png(), "PLTE", new byte[4]));
        refuse(insert(png(), "tRNS", new byte[257]));
    }

    private static void refuse(byte[] file) {
        assertThatThrownBy(() -> ImageHeader.check(ByteBuffer.wrap(file), "x.png", 1 << 20))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("x.png")
                .hasMessageContaining("at byte " + BODY);
    }

    private static byte[] pixels(byte[] file) throws DataException {
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                Image image = decoder.decode(ByteBuffer.wrap(file), "x.png", 3)) {
            byte[] bytes = new byte[image.pixels().remaining()];
            image.pixels().get(bytes);
            return bytes;
        }
    }

    private static byte[] png() throws IOException {
        BufferedImage image = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 35; i++) {
            image.setRGB(i % 7, i / 7, i * 0x050403);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] insert(byte[] png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        return ByteBuffer.allocate(png.length + 12 + data.length)
                .put(png, 0, BODY)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) crc.getValue())
                .put(png, BODY, png.length - BODY)
                .array();
    }
}
