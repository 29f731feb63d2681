package org.batchmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.junit.jupiter.api.Test;

class FrameSequencesTest {

    /** Frames of 1 x 2 pixels, each filled with the last letter's code of its name. */
    private static SampleSource.Indexed frames(String... names) {
        return new SampleSource.Indexed() {
            @Override
            public List<String> classes() {
                return List.of();
            }

            @Override
            public long size() {
                return names.length;
            }

            @Override
            public Sample read(long index) {
                String name = names[(int) index];
                byte[] pixels = new byte[6];
                Arrays.fill(pixels, (byte) name.charAt(name.length() - 1));
                return new Sample(
                        new SampleId(name),
                        new Content.RawImage(ByteBuffer.wrap(pixels), 1, 2, 3),
                        new Labels.Steering(index));
            }

            @Override
            public void close() {}
        };
    }

    private static String shown(Sample sample) {
        Content.RawImage image = (Content.RawImage) sample.content();
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < image.height(); row++) {
            text.append((char) image.pixels().get(row * 6));
        }
        return text.toString();
    }

    @Test
    void shouldJoinFramesByTheirNumbersWhereverTheyLie() throws Exception {
        try (FrameSequences three = FrameSequences.of(frames("b#3", "a#2", "a#1", "b#4", "a#3", "b#5", "a#5"), 3)) {
            assertThat(three.size()).isEqualTo(2);
            assertThat(three.read(0).id().value()).isEqualTo("a#3");
            assertThat(shown(three.read(0))).isEqualTo("123");
            assertThat(three.read(0).labels()).isEqualTo(new Labels.Steering(4));
            assertThat(shown(three.read(1))).isEqualTo("345");
        }
    }

    @Test
    void shouldFollowTheSourceWhereNamesHaveNoNumbers() throws Exception {
        try (FrameSequences two = FrameSequences.of(frames("x", "y", "z"), 2)) {
            assertThat(two.size()).isEqualTo(2);
            assertThat(shown(two.read(1))).isEqualTo("yz");
        }
    }

    @Test
    void shouldRefuseDrivesThatAreTooShort() {
        assertThatThrownBy(() -> FrameSequences.of(frames("a#1", "b#2"), 2)).isInstanceOf(DataException.class);
    }

    @Test
    void shouldKeepTheLastFramesOfAFilm() {
        FrameWindow window = new FrameWindow(3);
        assertThat(bytes(window.add(ByteBuffer.wrap(new byte[] {1, 1})))).containsExactly(1, 1, 1, 1, 1, 1);
        assertThat(bytes(window.add(ByteBuffer.wrap(new byte[] {2, 2})))).containsExactly(1, 1, 1, 1, 2, 2);
        window.add(ByteBuffer.wrap(new byte[] {3, 3}));
        assertThat(bytes(window.add(ByteBuffer.wrap(new byte[] {4, 4})))).containsExactly(2, 2, 3, 3, 4, 4);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
