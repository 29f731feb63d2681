package org.batchmill.records.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ExifTest {

    private static final int SHORT = 3;
    private static final int LONG = 4;

    /** A block with a make before the orientation. */
    private static ByteBuffer block(ByteOrder order, int version, int type, int value) {
        ByteBuffer tiff = ByteBuffer.allocate(38).order(order);
        tiff.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4d4d))
                .putShort((short) version)
                .putInt(8)
                .putShort((short) 2);
        tiff.putShort((short) 0x010f).putShort((short) 2).putInt(4).putInt(0);
        tiff.putShort((short) 0x0112).putShort((short) type).putInt(1).putShort((short) value);
        return tiff.clear();
    }

    @Test
    void shouldReadEitherByteOrder() {
        for (int value = 1; value <= 8; value++) {
            assertThat(Exif.orientation(block(ByteOrder.LITTLE_ENDIAN, 42, SHORT, value)))
                    .isEqualTo(value);
            assertThat(Exif.orientation(block(ByteOrder.BIG_ENDIAN, 42, SHORT, value)))
                    .isEqualTo(value);
        }
    }

    @Test
    void shouldTakeImagesAsUprightWhereTheBlockIsNone() {
        assertThat(Exif.orientation(block(ByteOrder.BIG_ENDIAN, 43, SHORT, 6))).isEqualTo(1);
        assertThat(Exif.orientation(block(ByteOrder.BIG_ENDIAN, 42, LONG, 6))).isEqualTo(1);
        assertThat(Exif.orientation(block(ByteOrder.BIG_ENDIAN, 42, SHORT, 9))).isEqualTo(1);
        assertThat(Exif.orientation(
                        ByteBuffer.wrap("no TIFF header".getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .isEqualTo(1);
        ByteBuffer whole = block(ByteOrder.LITTLE_ENDIAN, 42, SHORT, 6);
        for (int length = 0; length < whole.capacity() - 4; length++) {
            assertThat(Exif.orientation(whole.slice(0, length)))
                    .as("%d bytes", length)
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldSurviveADirectoryThatLiesNowhere() {
        ByteBuffer tiff = block(ByteOrder.LITTLE_ENDIAN, 42, SHORT, 6);
        for (int directory : new int[] {Integer.MIN_VALUE, -1, 37, Integer.MAX_VALUE}) {
            tiff.order(ByteOrder.LITTLE_ENDIAN).putInt(4, directory);
            assertThat(Exif.orientation(tiff)).isEqualTo(1);
        }
    }
}
