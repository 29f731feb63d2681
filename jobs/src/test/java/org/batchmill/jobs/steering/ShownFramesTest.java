package org.batchmill.jobs.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.jobs.samples.DrawnSamples;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameCrop;
import org.junit.jupiter.api.Test;

class ShownFramesTest {

    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;

    /** Frames whose pixels are all their number; those at odd places of the second drive are missing. */
    private static SampleSource.Indexed drives() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            samples.add(frame("a.mp4", i, HEIGHT, WIDTH));
        }
        for (int i = 0; i < 6; i += 2) {
            samples.add(frame("b.mp4", 10 + i, HEIGHT, WIDTH));
        }
        return source(samples);
    }

    private static Sample frame(String video, int number, int height, int width) {
        byte[] pixels = new byte[height * width * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (10 * number + i % 3);
        }
        return new Sample(
                SampleId.ofFrame(video, number),
                new Content.RawImage(ByteBuffer.wrap(pixels), height, width, 3),
                new Labels.Steering(number / 10f));
    }

    private static SampleSource.Indexed source(List<Sample> samples) {
        return new SampleSource.Indexed() {
            @Override
            public long size() {
                return samples.size();
            }

            @Override
            public Sample read(long index) throws IOException {
                Sample sample = samples.get((int) index);
                if (sample == null) {
                    throw new DataException(
                            DataException.Kind.CORRUPT, "a.mp4: frame " + index, "could not be decoded");
                }
                return sample;
            }

            @Override
            public List<String> classes() {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    private static List<Integer> channels(Sample sample, int row) {
        Content.RawImage image = (Content.RawImage) sample.content();
        List<Integer> values = new ArrayList<>();
        for (int c = 0; c < image.channels(); c++) {
            values.add(image.pixels().get(row * image.width() * image.channels() + c) & 0xff);
        }
        return values;
    }

    @Test
    void shouldStackAFrameOnThoseBeforeIt() throws IOException {
        FrameStack stack = new FrameStack(3, HEIGHT, WIDTH, false);
        try (ShownFrames shown = new ShownFrames(drives(), FrameCrop.WHOLE, stack, 2)) {
            assertThat(channels(shown.read(5), 1)).containsExactly(10, 11, 12, 30, 31, 32, 50, 51, 52);
            // Before the first frame, the first is repeated; a drive does not reach into the one before it.
            assertThat(channels(shown.read(2), 0)).containsExactly(0, 1, 2, 0, 1, 2, 20, 21, 22);
            assertThat(channels(shown.read(6), 0)).containsExactly(100, 101, 102, 100, 101, 102, 100, 101, 102);
            assertThat(shown.read(8).id().value()).isEqualTo("b.mp4#14");
            assertThat(channels(shown.read(8), 0)).containsExactly(100, 101, 102, 120, 121, 122, 140, 141, 142);
        }
        // Where the frame that is wanted has no label, the one before it stands in.
        try (ShownFrames shown =
                new ShownFrames(drives(), FrameCrop.WHOLE, new FrameStack(2, HEIGHT, WIDTH, false), 1)) {
            assertThat(channels(shown.read(8), 0)).containsExactly(120, 121, 122, 140, 141, 142);
        }
    }

    @Test
    void shouldLayASequenceOneFrameBehindTheOther() throws IOException {
        FrameStack stack = new FrameStack(2, HEIGHT, WIDTH, true);
        try (ShownFrames shown = new ShownFrames(drives(), FrameCrop.WHOLE, stack, 1)) {
            Content.RawImage image = (Content.RawImage) shown.read(3).content();
            assertThat(image.height()).isEqualTo(2 * HEIGHT);
            assertThat(image.channels()).isEqualTo(3);
            assertThat(channels(shown.read(3), 0)).containsExactly(20, 21, 22);
            assertThat(channels(shown.read(3), HEIGHT)).containsExactly(30, 31, 32);
        }
    }

    @Test
    void shouldShowAVideoThatIsDrivenAsItShowsItsFrames() throws IOException {
        for (boolean sequence : new boolean[] {false, true}) {
            FrameStack stack = new FrameStack(3, HEIGHT, WIDTH, sequence);
            RecentFrames recent = new RecentFrames(stack, 2);
            try (ShownFrames shown = new ShownFrames(drives(), FrameCrop.WHOLE, stack, 2)) {
                for (int i = 0; i < 6; i++) {
                    Content.RawImage image =
                            (Content.RawImage) frame("a.mp4", i, HEIGHT, WIDTH).content();
                    assertThat(recent.with(image.pixels()))
                            .isEqualTo(((Content.RawImage) shown.read(i).content()).pixels());
                }
            }
        }
    }

    @Test
    void shouldCutWhatIsNotOfTheNetworksSizeAndLeaveTheRest() throws IOException {
        List<Sample> samples = List.of(frame("a.mp4", 0, 8, WIDTH), frame("a.mp4", 1, HEIGHT, WIDTH));
        FrameStack one = new FrameStack(1, HEIGHT, WIDTH, false);
        try (ShownFrames shown = new ShownFrames(source(samples), new FrameCrop(":,4:8"), one, 1)) {
            Content.RawImage cut = (Content.RawImage) shown.read(0).content();
            assertThat(cut.height()).isEqualTo(HEIGHT);
            assertThat(shown.read(1)).isSameAs(samples.get(1));
        }
    }

    @Test
    void shouldRefuseToStackImagesThatAreNoFrames() {
        Sample image = new Sample(
                new SampleId("IMG/center_1.jpg"), frame("a", 0, HEIGHT, WIDTH).content(), new Labels.Steering(0));
        FrameStack two = new FrameStack(2, HEIGHT, WIDTH, false);
        assertThatThrownBy(() -> new ShownFrames(source(List.of(image)), FrameCrop.WHOLE, two, 1))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("IMG/center_1.jpg");
    }

    @Test
    void shouldKnowTheAnglesWithoutTheFramesThatCannotBeRead() throws IOException {
        List<Sample> samples = new ArrayList<>();
        samples.add(frame("a.mp4", 0, HEIGHT, WIDTH));
        samples.add(null);
        samples.add(frame("a.mp4", 5, HEIGHT, WIDTH));
        DriveAngles angles = DriveAngles.read(source(samples));
        assertThat(angles.mean()).isCloseTo(.25, within(1e-6));
        assertThat(angles.range()).isCloseTo(.5, within(1e-6));
        assertThat(angles.histogram(2)).containsExactly(0, 2);
    }

    /** Drawing a thousand frames for their angles took a third of a training's start. */
    @Test
    void shouldKnowTheAnglesOfDrawnFramesWithoutDrawingThem() throws IOException {
        SampleSource.Indexed drawn = DrawnSamples.road(3, 1);
        assertThat(DriveAngles.read(undrawn(drawn)).angles())
                .containsExactly(angle(drawn, 0), angle(drawn, 1), angle(drawn, 2));
        assertThat(DriveAngles.read(undrawn(drawn)).ids()).containsExactly("road-1#0", "road-1#1", "road-1#2");
    }

    private static float angle(SampleSource.Indexed drawn, long index) throws IOException {
        Sample frame = drawn.read(index);
        assertThat(drawn.describe(index)).isEqualTo(new SampleSource.Described(frame.id(), frame.labels()));
        return ((Labels.Steering) frame.labels()).angle();
    }

    /** Samples whose content cannot be had. */
    private static SampleSource.Indexed undrawn(SampleSource.Indexed drawn) {
        return new SampleSource.Indexed() {
            @Override
            public List<String> classes() {
                return drawn.classes();
            }

            @Override
            public long size() {
                return drawn.size();
            }

            @Override
            public Sample read(long index) {
                throw new AssertionError("drawn");
            }

            @Override
            public Described describe(long index) throws IOException {
                return drawn.describe(index);
            }

            @Override
            public void close() {}
        };
    }
}
