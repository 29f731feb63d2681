package org.batchmill.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.Images;
import org.batchmill.augment.pixels.Image;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.testing.ExifJpeg;
import org.batchmill.testing.Seed;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageDecoderTest {

    /** A GIF of 2 x 1 pixels, red and blue. */
    private static final byte[] GIF = Base64.getDecoder().decode("R0lGODlhAgABAIAAAP8AAAAA/ywAAAAAAgABAAACAkQKADs=");

    private BufferAllocator allocator;
    private ImageDecoder decoder;

    @BeforeEach
    void open() {
        allocator = new RootAllocator();
        decoder = new ImageDecoder(allocator);
    }

    @AfterEach
    void close() {
        decoder.close();
        allocator.close();
    }

    private byte[] pixels(byte[] file, int channels) throws DataException {
        try (Image image = decoder.decode(ByteBuffer.wrap(file), "x", channels)) {
            byte[] bytes = new byte[image.width() * image.height() * channels];
            image.pixels().get(bytes);
            return bytes;
        }
    }

    private void assertRefused(byte[] file, Kind... kinds) {
        assertThatThrownBy(() -> pixels(file, 3)).isInstanceOfSatisfying(DataException.class, e -> assertThat(e.kind())
                .isIn((Object[]) kinds));
    }

    @Test
    void shouldReadEveryFormatAsRgb() throws Exception {
        for (String suffix : List.of(".jpg", ".png", ".bmp", ".webp", ".gif")) {
            byte[] file = Images.encode(suffix, Images.gradient(60, 40, 3));
            ImageHeader header = ImageHeader.whole(ByteBuffer.wrap(file), "x");
            assertThat(header.width()).as(suffix).isEqualTo(60);
            assertThat(header.height()).as(suffix).isEqualTo(40);
            byte[] rgb = pixels(file, 3);
            for (int at : new int[] {5 * 60 + 6, 20 * 60 + 50, 38 * 60 + 30}) {
                // Codecs that lose something, and GIF's 256 colours, may be this far off.
                int tolerance = suffix.equals(".gif") ? 30 : 8;
                assertThat(rgb[3 * at] & 0xff).as(suffix + " red").isCloseTo(255 * (at % 60) / 60, within(tolerance));
                assertThat(rgb[3 * at + 1] & 0xff)
                        .as(suffix + " green")
                        .isCloseTo(255 * (at / 60) / 40, within(tolerance));
                assertThat(rgb[3 * at + 2] & 0xff).as(suffix + " blue").isCloseTo(90, within(2 * tolerance));
            }
        }
    }

    @Test
    void shouldReadGifByItsPalette() throws Exception {
        assertThat(pixels(GIF, 3)).containsExactly(-1, 0, 0, 0, 0, -1);
    }

    @Test
    void shouldDropAlphaAndKeepTheHighByteOfSixteenBits() throws Exception {
        byte[] rgba = png(2, 1, 8, 6, new byte[] {0, 10, 20, 30, 0, 40, 50, 60, (byte) 255});
        assertThat(pixels(rgba, 3)).containsExactly(10, 20, 30, 40, 50, 60);
        byte[] deep = png(1, 1, 16, 2, new byte[] {0, 1, 0x70, 2, 0x60, 3, 0x50});
        assertThat(ImageHeader.whole(ByteBuffer.wrap(deep), "x").depth()).isEqualTo(16);
        assertThat(pixels(deep, 3)).containsExactly(1, 2, 3);
        byte[] grey = png(2, 1, 8, 0, new byte[] {0, 7, 9});
        assertThat(pixels(grey, 3)).containsExactly(7, 7, 7, 9, 9, 9);
        assertThat(pixels(grey, 1)).containsExactly(7, 9);
        byte[] bits = png(8, 1, 1, 0, new byte[] {0, (byte) 0b10100000});
        assertThat(pixels(bits, 1)).containsExactly(-1, 0, -1, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldStandUprightForEveryOrientation() throws Exception {
        Mat upright = Images.mark(48, 32, 0, 0, 16, 16);
        byte[] expected = pixels(Images.jpeg(upright), 1);
        for (int orientation = 1; orientation <= 8; orientation++) {
            byte[] file = ExifJpeg.withOrientation(Images.jpeg(Images.turnedBack(upright, orientation)), orientation);
            ImageHeader header = ImageHeader.whole(ByteBuffer.wrap(file), "x");
            assertThat(header.orientation()).isEqualTo(orientation);
            assertThat(header.uprightWidth()).isEqualTo(48);
            assertThat(pixels(file, 1)).as("orientation " + orientation).isEqualTo(expected);
        }
    }

    @Test
    void shouldRefuseSizesAboveTheLimitBeforeDecoding() throws Exception {
        byte[] solid = png(12_000, 12_000, 1, 0, new byte[12_000 * 1501]);
        long before = decoder.allocatedBytes();
        assertRefused(solid, Kind.TOO_LARGE);
        assertRefused(png(65_535, 65_535, 8, 2, new byte[100]), Kind.TOO_LARGE);
        assertRefused(png(Integer.MAX_VALUE, Integer.MAX_VALUE, 8, 2, new byte[100]), Kind.TOO_LARGE);
        assertThat(decoder.allocatedBytes()).isEqualTo(before);
        try (ImageDecoder small = new ImageDecoder(allocator, 99)) {
            byte[] file = png(10, 10, 8, 0, new byte[110]);
            assertThatThrownBy(() -> small.check(ByteBuffer.wrap(file), "big.png"))
                    .hasMessage("big.png: too-large: 10 x 10 pixels are more than the limit of 99");
        }
    }

    @Test
    void shouldRefuseFilesThatWereCutAnywhere() {
        for (String suffix : List.of(".jpg", ".png", ".bmp", ".webp", ".gif")) {
            byte[] file = Images.encode(suffix, Images.gradient(60, 40, 3));
            // A GIF is whole when its first image is: the last byte is only its trailer.
            int whole = suffix.equals(".gif") ? file.length - 1 : file.length;
            for (int length = 0; length < whole; length++) {
                byte[] cut = Arrays.copyOf(file, length);
                assertThatThrownBy(() -> ImageHeader.whole(ByteBuffer.wrap(cut), "cut"))
                        .as(suffix + " cut at " + length)
                        .isInstanceOf(DataException.class);
            }
        }
    }

    @Test
    void shouldNameTheKindOfWhatItRefuses() throws Exception {
        byte[] jpeg = Images.jpeg(Images.gradient(60, 40, 3));
        assertRefused(new byte[0], Kind.TRUNCATED);
        assertRefused("just text, but long enough".getBytes(StandardCharsets.UTF_8), Kind.UNSUPPORTED);
        assertRefused(Arrays.copyOf(jpeg, jpeg.length / 2), Kind.TRUNCATED);
        byte[] png = png(2, 1, 8, 0, new byte[] {0, 7, 9});
        png[45] ^= 1;
        assertRefused(png, Kind.CORRUPT);
        assertRefused(png(20, 20, 8, 2, new byte[30]), Kind.CORRUPT);
    }

    @Test
    void shouldReadJpegsWithSomethingBehindTheirEnd() throws Exception {
        byte[] jpeg = Images.jpeg(Images.gradient(60, 40, 3));
        byte[] longer = Arrays.copyOf(jpeg, jpeg.length + 100);
        assertThat(pixels(longer, 3)).isEqualTo(pixels(jpeg, 3));
    }

    @Test
    void shouldNeverShowOneImageInAnother() throws Exception {
        byte[] white = png(64, 64, 8, 0, filled(64 * 65, (byte) 255));
        byte[] good = Images.jpeg(Images.mark(64, 64, 10, 10, 20, 20));
        byte[] alone = pixels(good, 3);
        pixels(white, 3);
        assertRefused(Arrays.copyOf(good, good.length * 9 / 10), Kind.TRUNCATED);
        assertThat(pixels(good, 3)).isEqualTo(alone);
        pixels(white, 3);
        // A PNG whose data end early, with good checksums: the decoder refuses it or leaves the rest black.
        byte[] lacking = png(64, 64, 8, 0, new byte[65 * 10]);
        try {
            assertThat(pixels(lacking, 1)).containsOnly(0);
        } catch (DataException e) {
            assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
        }
    }

    @Test
    void shouldReduceLargeImagesInTheDecoderAndKeepTheirLook() throws Exception {
        for (String suffix : List.of(".jpg", ".png")) {
            byte[] file = Images.encode(suffix, Images.gradient(1001, 601, 3));
            ImageHeader header = ImageHeader.whole(ByteBuffer.wrap(file), "x");
            assertThat(ImageDecoder.reduction(header, 448, 448)).isEqualTo(1);
            assertThat(ImageDecoder.reduction(header, 250, 150)).isEqualTo(4);
            try (Image image = decoder.decode(ByteBuffer.wrap(file), header, "x", 3, 4)) {
                assertThat(image.width()).isEqualTo(251);
                assertThat(image.height()).isEqualTo(151);
                assertThat(image.scaleX()).isCloseTo(0.25, within(0.001));
                int at = (100 * 251 + 200) * 3;
                assertThat(image.pixels().get(at) & 0xff).isCloseTo(255 * 802 / 1001, within(4));
                assertThat(image.pixels().get(at + 1) & 0xff).isCloseTo(255 * 402 / 601, within(4));
            }
        }
    }

    @Test
    void shouldRefuseABmpWhoseSizeOverflows() {
        byte[] file = Images.encode(".bmp", Images.gradient(40, 30, 3));
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(18, Integer.MAX_VALUE).putInt(22, Integer.MIN_VALUE + 1).putShort(28, (short) 32);
        assertThatThrownBy(() -> pixels(file, 3)).isInstanceOfSatisfying(DataException.class, e -> assertThat(e.kind())
                .isEqualTo(DataException.Kind.TRUNCATED));
    }

    /** One pixel of each of 16 bits' extremes: red, green, blue and white, under a header of each size. */
    @ParameterizedTest
    @CsvSource({
        "40, f800, 7e0, 1f",
        "40, 7c00, 3e0, 1f",
        "56, f800, 7e0, 1f",
        "108, 7c00, 3e0, 1f",
        "124, f800, 7e0, 1f"
    })
    void shouldReadABmpOf16BitsWhateverItsHeader(int header, String red, String green, String blue) throws Exception {
        int pixels = 14 + Math.max(header, 52);
        ByteBuffer bmp = ByteBuffer.allocate(pixels + 8).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put((byte) 'B')
                .put((byte) 'M')
                .putInt(bmp.limit())
                .putInt(0)
                .putInt(pixels)
                .putInt(header);
        bmp.putInt(4).putInt(1).putShort((short) 1).putShort((short) 16).putInt(3);
        bmp.position(54);
        int all = 0;
        for (String mask : List.of(red, green, blue)) {
            bmp.putInt(Integer.parseInt(mask, 16));
            all |= Integer.parseInt(mask, 16);
        }
        bmp.position(pixels);
        for (String mask : List.of(red, green, blue)) {
            bmp.putShort((short) Integer.parseInt(mask, 16));
        }
        bmp.putShort((short) all);
        byte[] rgb = pixels(bmp.array(), 3);
        for (int pixel = 0; pixel < 4; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                int value = rgb[3 * pixel + channel] & 0xff;
                if (pixel == 3 || pixel == channel) {
                    assertThat(value).as(pixel + "." + channel).isGreaterThanOrEqualTo(248);
                } else {
                    assertThat(value).as(pixel + "." + channel).isZero();
                }
            }
        }
    }

    /** libpng says that on standard error, beside what is said here. */
    @Test
    void shouldRefuseAPngWithoutItsPaletteBeforeItsDecoderSeesIt() {
        assertThatThrownBy(() -> pixels(png(2, 1, 8, 3, new byte[] {0, 0, 0}), 3))
                .isInstanceOf(DataException.class)
                .hasMessage("x: corrupt: the PNG has data without a palette before them at byte 33");
    }

    @Test
    void shouldEndInAImageOrADataExceptionWhateverBytesChange() throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        List<byte[]> files = List.of(
                Images.encode(".png", Images.gradient(40, 30, 4)),
                Images.encode(".bmp", Images.gradient(40, 30, 3)),
                Images.encode(".webp", Images.gradient(40, 30, 3)),
                GIF);
        for (int trial = 0; trial < 600; trial++) {
            byte[] file = files.get(trial % files.size()).clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                file[random.nextInt(Math.min(file.length, 64))] = (byte) random.nextInt(256);
            }
            try {
                pixels(file, 3);
            } catch (DataException e) {
                assertThat(e.getMessage()).startsWith("x: ").doesNotContain("\n");
            }
        }
    }

    @Test
    void shouldReturnNativeMemoryAfterThousandsOfGoodAndBadImages() throws Exception {
        decodeManyAndCompare(3_000);
    }

    @Test
    @Tag("long")
    void shouldReturnNativeMemoryAfterAHundredThousandGoodAndBadImages() throws Exception {
        decodeManyAndCompare(100_000);
    }

    private void decodeManyAndCompare(int count) {
        List<byte[]> files = List.of(
                Images.jpeg(Images.gradient(320, 240, 3)),
                Arrays.copyOf(Images.jpeg(Images.gradient(320, 240, 3)), 2000),
                Images.encode(".png", Images.gradient(200, 150, 4)),
                corruptData(Images.jpeg(Images.gradient(320, 240, 1))),
                ExifJpeg.withOrientation(Images.jpeg(Images.gradient(100, 80, 3)), 6));
        decodeEach(files, 600);
        System.gc();
        long kept = decoder.allocatedBytes();
        long objects = Pointer.totalCount();
        long resident = Pointer.physicalBytes();
        decodeEach(files, count);
        System.gc();
        assertThat(decoder.allocatedBytes()).as("pooled memory").isEqualTo(kept);
        assertThat(Pointer.totalCount() - objects).as("native objects").isLessThanOrEqualTo(0);
        assertThat(Pointer.physicalBytes() - resident).as("resident memory").isLessThan(64L << 20);
    }

    /** Leaves no arrays behind: of a heap that begins larger on a machine with more memory, they would make more resident. */
    private void decodeEach(List<byte[]> files, int count) {
        for (int i = 0; i < count; i++) {
            try (Image image = decoder.decode(ByteBuffer.wrap(files.get(i % files.size())), "x", 3)) {
                assertThat(image.pixels().hasRemaining()).isTrue();
            } catch (DataException e) {
                assertThat(e.where()).isEqualTo("x");
            }
        }
    }

    /** Whole by its markers, wrong in its Huffman tables: libjpeg stops with an error. */
    private static byte[] corruptData(byte[] jpeg) {
        byte[] bad = jpeg.clone();
        for (int i = 0; i + 20 < bad.length; i++) {
            if ((bad[i] & 0xff) == 0xff && (bad[i + 1] & 0xff) == 0xc4) {
                Arrays.fill(bad, i + 5, i + 12, (byte) 0x70);
                return bad;
            }
        }
        throw new IllegalArgumentException("no Huffman table");
    }

    private static byte[] filled(int length, byte value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, value);
        for (int i = 0; i < length; i += 65) {
            bytes[i] = 0;
        }
        return bytes;
    }

    /** A PNG of given header and raw, filtered rows. */
    private static byte[] png(int width, int height, int depth, int colour, byte[] rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) depth).put((byte) colour);
        chunk(out, "IHDR", header.array());
        Deflater deflater = new Deflater();
        deflater.setInput(rows);
        deflater.finish();
        byte[] data = new byte[rows.length + 1000];
        chunk(out, "IDAT", Arrays.copyOf(data, deflater.deflate(data)));
        deflater.end();
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
