package org.batchmill.records.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHeaderTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void shouldReadTheOrientationBehindThePixelsOfAPng(int orientation) throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.writeBytes(pngChunk("IHDR", new byte[] {0, 0, 0, 30, 0, 0, 0, 20, 8, 2, 0, 0, 0}));
        png.writeBytes(pngChunk("IDAT", new byte[100]));
        png.writeBytes(pngChunk("eXIf", tiff(orientation, ByteOrder.BIG_ENDIAN)));
        png.writeBytes(pngChunk("IEND", new byte[0]));
        expect(ByteBuffer.wrap(png.toByteArray()), ImageFormat.PNG, orientation);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void shouldReadTheOrientationBehindThePixelsOfAWebp(int orientation) throws Exception {
        byte[] tiff = tiff(orientation, ByteOrder.LITTLE_ENDIAN);
        byte[] headed = new byte[tiff.length + 6];
        System.arraycopy(new byte[] {'E', 'x', 'i', 'f', 0, 0}, 0, headed, 0, 6);
        System.arraycopy(tiff, 0, headed, 6, tiff.length);
        for (byte[] exif : new byte[][] {tiff, headed}) {
            ByteArrayOutputStream webp = new ByteArrayOutputStream();
            webp.writeBytes(ascii("RIFF\0\0\0\0WEBP"));
            webp.writeBytes(webpChunk("VP8X", new byte[] {8, 0, 0, 0, 29, 0, 0, 19, 0, 0}));
            webp.writeBytes(webpChunk("VP8 ", new byte[101]));
            webp.writeBytes(webpChunk("EXIF", exif));
            expect(ByteBuffer.wrap(webp.toByteArray()), ImageFormat.WEBP, orientation);
        }
    }

    @ParameterizedTest
    @CsvSource({"16384, true", "16385, false"})
    void shouldBoundTheFramesOfAWebpWhoseHeadsADecoderReads(int frames, boolean read) throws Exception {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        chunks.writeBytes(ascii("WEBP"));
        chunks.writeBytes(webpChunk("VP8X", new byte[] {2, 0, 0, 0, 29, 0, 0, 19, 0, 0}));
        for (int i = 0; i < frames; i++) {
            chunks.writeBytes(webpChunk("ANMF", new byte[16]));
        }
        ByteBuffer file = ByteBuffer.wrap(webpChunk("RIFF", chunks.toByteArray()));
        if (read) {
            assertThat(ImageHeader.whole(file, "image").width()).isEqualTo(30);
        } else {
            assertThatThrownBy(() -> ImageHeader.whole(file, "image"))
                    .isInstanceOf(DataException.class)
                    .hasMessage("image: too-large: the WebP file has more than 16384 frames");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40 | 24 | 0 | ",
                "124 | 24 | 0 | ",
                "40 | 16 | 0 | ",
                "124 | 16 | 3 | f800 7e0 1f",
                "108 | 16 | 3 | 7c00 3e0 1f",
                "40 | 32 | 3 | ff0000 ff00 ff",
                "124 | 32 | 3 | ff ff00 ff0000",
            })
    void shouldPassTheBmpsThatAreDecoded(int header, int bits, int compression, String masks) throws Exception {
        ImageHeader read = ImageHeader.whole(bmp(header, bits, compression, masks, 14 + header + 12), "image");
        assertThat(read).isEqualTo(new ImageHeader(ImageFormat.BMP, 5, 3, bits == 32 ? 4 : 3, 8, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40 | 2 | 0 |  | unsupported: a BMP of 2 bits a pixel with compression 0",
                "40 | 24 | 3 | ff0000 ff00 ff | unsupported: a BMP of 24 bits a pixel with compression 3",
                "40 | 8 | 2 |  | unsupported: a BMP of 8 bits a pixel with compression 2",
                "40 | 24 | 4 |  | unsupported: a BMP of 24 bits a pixel with compression 4",
                "124 | 16 | 3 | f00 f0 f | unsupported: a BMP of 16 bits a pixel, whose red is f00, green f0 and blue f",
                "40 | 32 | 3 | ff ff00 ff0000 | unsupported: a BMP of 32 bits a pixel, whose red is ff, green ff00 and blue ff0000",
            })
    void shouldCallABmpThatIsNotDecodedUnsupported(
            int header, int bits, int compression, String masks, String problem) {
        assertThatThrownBy(() -> ImageHeader.whole(bmp(header, bits, compression, masks, 14 + header + 12), "image"))
                .isInstanceOf(DataException.class)
                .hasMessage("image: " + problem);
    }

    @Test
    void shouldRefuseABmpWhosePixelsBeginInItsHeader() {
        assertThatThrownBy(() -> ImageHeader.whole(bmp(40, 24, 0, null, 53), "image"))
                .isInstanceOf(DataException.class)
                .hasMessage("image: corrupt: the BMP's pixels begin at byte 53, its header ends at 54");
    }

    private static ByteBuffer bmp(int header, int bits, int compression, String masks, int pixels) {
        ByteBuffer bmp = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put(ascii("BM")).putInt(400).putInt(0).putInt(pixels).putInt(header);
        bmp.putInt(5).putInt(3).putShort((short) 1).putShort((short) bits).putInt(compression);
        bmp.position(54);
        for (String mask : masks == null ? new String[0] : masks.split(" ")) {
            bmp.putInt(Integer.parseInt(mask, 16));
        }
        return bmp.rewind();
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "16, 3", "4, 2", "2, 6", "1, 4", "3, 0", "32, 2"})
    void shouldRefuseAPngOfDepthsThatItsColoursDoNotHave(int depth, int colour) {
        byte[] header = {0, 0, 0, 30, 0, 0, 0, 20, (byte) depth, (byte) colour, 0, 0, 0};
        ByteBuffer png = png(pngChunk("IHDR", header));
        assertThatThrownBy(() -> ImageHeader.read(png, "image"))
                .isInstanceOf(DataException.class)
                .hasMessage("image: corrupt: the PNG has " + depth + " bits a channel and colour type " + colour);
    }

    @Test
    void shouldCallAPngThatXcodeRewroteUnsupported() {
        ByteBuffer png = png(pngChunk("CgBI", new byte[4]));
        assertThatThrownBy(() -> ImageHeader.read(png, "image"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("image: unsupported: ");
    }

    private static ByteBuffer png(byte[] chunk) {
        return ByteBuffer.allocate(100)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
                .put(chunk)
                .rewind();
    }

    @Test
    void shouldCallAJpegWithoutAHeightUnsupported() {
        ByteBuffer jpeg = ByteBuffer.wrap(
                new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 11, 8, 0, 0, 0, 9, 1, 1, 0x11, 0});
        assertThatThrownBy(() -> ImageHeader.read(jpeg, "image"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("image: unsupported: a JPEG that says its height behind its first scan");
    }

    /** Its size would be another than that which was looked at. */
    @Test
    void shouldRefuseASecondFrameHeaderOfAJpeg() {
        ByteBuffer jpeg = ByteBuffer.allocate(80).put(new byte[] {(byte) 0xff, (byte) 0xd8});
        for (int side : new int[] {20_000, 8}) {
            jpeg.put(new byte[] {(byte) 0xff, (byte) 0xc0, 0, 11, 8})
                    .putShort((short) side)
                    .putShort((short) side);
            jpeg.put(new byte[] {1, 1, 0x11, 0});
        }
        jpeg.put(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 7, (byte) 0xff, (byte) 0xd9})
                .flip();
        assertThatThrownBy(() -> ImageHeader.whole(jpeg, "image"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("second frame header");
    }

    /** The whole file, and what every shorter piece of it says: never another size, and an upright image until the block is there. */
    private static void expect(ByteBuffer file, ImageFormat format, int orientation) throws Exception {
        ImageHeader whole = ImageHeader.read(file, "image");
        assertThat(whole).isEqualTo(new ImageHeader(format, 30, 20, 3, 8, orientation));
        assertThat(whole.uprightWidth()).isEqualTo(orientation >= 5 ? 20 : 30);
        for (int length = 40; length < file.limit(); length++) {
            ImageHeader cut = ImageHeader.read(file.slice(0, length), "image");
            assertThat(cut.width()).isEqualTo(30);
            assertThat(cut.orientation()).isIn(1, orientation);
        }
    }

    /** A TIFF file with one entry. */
    private static byte[] tiff(int orientation, ByteOrder order) {
        ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
        tiff.put(ascii(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM"));
        tiff.putShort((short) 42).putInt(8).putShort((short) 1);
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        return tiff.array();
    }

    private static byte[] pngChunk(String type, byte[] data) {
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(ascii(type))
                .put(data)
                .array();
    }

    private static byte[] webpChunk(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + (data.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii(type))
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
