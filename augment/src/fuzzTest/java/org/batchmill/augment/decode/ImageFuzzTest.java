package org.batchmill.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.records.DataException;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.testing.Fuzz;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Image files of any content: an image, or a data error; headers without any decoder, and whole files with the native ones. */
class ImageFuzzTest {

    private static final long PIXEL_LIMIT = 1 << 20;

    private static byte[] encoded(String suffix, int... parameters) {
        try (Mat image = new Mat(24, 32, org.bytedeco.opencv.global.opencv_core.CV_8UC3, new Scalar(40, 90, 200, 0));
                BytePointer bytes = new BytePointer();
                IntPointer options = new IntPointer(parameters)) {
            assertThat(imencode(suffix, image, bytes, options)).isTrue();
            byte[] file = new byte[(int) bytes.limit()];
            bytes.get(file);
            return file;
        }
    }

    private static byte[] progressive() {
        return encoded(".jpg", IMWRITE_JPEG_PROGRESSIVE, 1);
    }

    /** The last scan of a progressive JPEG again and again: each has the decoder go over the whole image. */
    private static byte[] withScans(int more) {
        byte[] jpeg = progressive();
        int last = jpeg.length - 2;
        while ((jpeg[last] & 0xff) != 0xff || (jpeg[last + 1] & 0xff) != 0xda) {
            last--;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < more; i++) {
            bytes.write(jpeg, last, jpeg.length - 2 - last);
        }
        bytes.write(jpeg, jpeg.length - 2, 2);
        return bytes.toByteArray();
    }

    @Test
    void shouldRefuseAJpegOfManyScansBeforeItIsDecoded() throws IOException {
        assertThat(ImageHeader.check(ByteBuffer.wrap(progressive()), "a", PIXEL_LIMIT)
                        .width())
                .isEqualTo(32);
        for (int scans : new int[] {64, 2000}) {
            byte[] jpeg = withScans(scans);
            assertThatThrownBy(() -> ImageHeader.check(ByteBuffer.wrap(jpeg), "a.jpg", PIXEL_LIMIT))
                    .isInstanceOf(DataException.class)
                    .hasMessage("a.jpg: too-large: the JPEG has more than 64 scans");
        }
    }

    @Test
    void shouldReadOrRefuseDamagedHeaders() {
        fuzz("image-header").inputs(2000, this, ImageFuzzTest::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedHeaders() {
        fuzz("image-header").seconds(Fuzz.seconds(), this, ImageFuzzTest::parse);
    }

    private static void parse(byte[] image) throws IOException {
        DataException first = null;
        try {
            ImageHeader.read(ByteBuffer.wrap(image), "fuzz");
        } catch (DataException e) {
            first = e;
        }
        ImageHeader.check(ByteBuffer.wrap(image), "fuzz", PIXEL_LIMIT);
        if (first != null) {
            throw first;
        }
    }

    @Test
    void shouldDecodeOrRefuseDamagedImages() {
        decode(200, 0);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldDecodeOrRefuseManyDamagedImages() {
        decode(0, Fuzz.seconds());
    }

    private void decode(int inputs, int seconds) {
        try (RootAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator, PIXEL_LIMIT)) {
            Fuzz.Parser parser = image -> {
                for (int channels : new int[] {1, 3}) {
                    decoder.decode(ByteBuffer.wrap(image), "fuzz", channels).close();
                }
            };
            if (inputs > 0) {
                fuzz("image-decoder").inputs(inputs, this, parser);
            } else {
                fuzz("image-decoder").seconds(seconds, this, parser);
            }
        }
    }

    private static Fuzz fuzz(String name) {
        List<byte[]> corpus = new ArrayList<>();
        for (String suffix : List.of(".jpg", ".png", ".bmp", ".webp", ".gif")) {
            corpus.add(encoded(suffix));
        }
        corpus.add(progressive());
        byte[] exif = {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0
        };
        byte[] jpeg = corpus.get(0);
        ByteArrayOutputStream turned = new ByteArrayOutputStream();
        turned.write(jpeg, 0, 2);
        turned.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (exif.length + 2)});
        turned.writeBytes(exif);
        turned.writeBytes(Arrays.copyOfRange(jpeg, 2, jpeg.length));
        corpus.add(turned.toByteArray());
        return Fuzz.of(DataException.class, name, corpus)
                .words("\u00ff\u00da", "\u00ff\u00c2", "\u00ff\u0001", "ANMF", "VP8X", "IDAT", "zTXt", "\u00ff");
    }
}
