package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.jobs.steering.DriveWindows;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.testing.Seed;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.SteeringView;
import org.junit.jupiter.api.Test;

/** The frames before a frame follow from the topic alone: whoever begins late, and reads back as far as it reaches, sees the same. */
class DriveWindowsTest {

    private static final int FRAMES = 3;
    private static final int GAP = 2;
    private static final Network NETWORK = Models.byName(
            "pilotnet-small", ModelOptions.classes(1).frames(FRAMES).image(66, 200));

    /** A message of one frame, all of whose bytes are one. */
    private record Message(long offset, String key, String name, int grey) {

        Sample sample() {
            return image(offset, 3, grey);
        }

        List<Integer> shown(DriveWindows windows) throws IOException {
            List<Sample> whole = windows.with(0, offset, bytes(key), List.of(sample()), List.of(name));
            assertThat(whole).hasSize(1);
            return greys(whole.get(0));
        }
    }

    private static Sample image(long offset, int channels, int grey) {
        byte[] pixels = new byte[66 * 200 * channels];
        Arrays.fill(pixels, (byte) grey);
        return new Sample(
                SampleId.ofMessage("road", 0, offset, 0),
                new Content.RawImage(ByteBuffer.wrap(pixels), 66, 200, channels),
                Labels.NONE);
    }

    private static ByteBuffer bytes(String key) {
        return key == null ? null : ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
    }

    /** What each frame of a stack shows, the oldest first. */
    private static List<Integer> greys(Sample whole) {
        Content.RawImage image = (Content.RawImage) whole.content();
        assertThat(image.channels()).isEqualTo(3 * FRAMES);
        List<Integer> greys = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            greys.add(image.pixels().get(3 * i) & 0xff);
        }
        return greys;
    }

    private static DriveWindows windows(long reach) {
        SteeringView view = new SteeringView(":,:", SteeringView.Colour.RGB, FRAMES, GAP);
        return new DriveWindows(new SteeringInput(view, NETWORK), reach);
    }

    @Test
    void shouldCountFramesWithoutNamesAsTheyCome() throws Exception {
        try (DriveWindows windows = windows(100)) {
            List<List<Integer>> shown = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                shown.add(new Message(2L * i, "a", "", 10 + i).shown(windows));
                assertThat(new Message(2L * i + 1, "b", "", 100).shown(windows)).containsExactly(100, 100, 100);
            }
            assertThat(shown)
                    .containsExactly(
                            List.of(10, 10, 10),
                            List.of(10, 10, 11),
                            List.of(10, 10, 12),
                            List.of(10, 11, 13),
                            List.of(10, 12, 14),
                            List.of(11, 13, 15));
        }
    }

    @Test
    void shouldCountFramesByTheirNumbersAndBeginAnewWhereTheyDo() throws Exception {
        try (DriveWindows windows = windows(100)) {
            int[] numbers = {0, 1, 3, 4, 7, 0, 1, 2};
            List<List<Integer>> shown = new ArrayList<>();
            for (int i = 0; i < numbers.length; i++) {
                shown.add(new Message(i, "a", "a#" + numbers[i], 10 * (i + 1)).shown(windows));
            }
            assertThat(shown)
                    .containsExactly(
                            List.of(10, 10, 10),
                            List.of(10, 10, 20),
                            List.of(10, 20, 30),
                            List.of(10, 20, 40),
                            List.of(30, 40, 50),
                            List.of(60, 60, 60),
                            List.of(60, 60, 70),
                            List.of(60, 60, 80));
        }
    }

    @Test
    void shouldLookNoFurtherBackThanItReaches() throws Exception {
        try (DriveWindows windows = windows(5)) {
            assertThat(new Message(0, "a", "", 10).shown(windows)).containsExactly(10, 10, 10);
            assertThat(new Message(4, "a", "", 20).shown(windows)).containsExactly(10, 10, 20);
            assertThat(new Message(6, "a", "", 30).shown(windows)).containsExactly(20, 20, 30);
            assertThat(new Message(20, "a", "", 40).shown(windows)).containsExactly(40, 40, 40);
        }
    }

    @Test
    void shouldMakeTheSameOfAFrameWhereverReadingBegan() throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 6; round++) {
            List<Message> topic = topic(random);
            long reach = random.nextInt(40);
            List<List<Integer>> expected = new ArrayList<>();
            try (DriveWindows windows = windows(reach)) {
                for (Message message : topic) {
                    expected.add(message.shown(windows));
                }
            }
            try (DriveWindows windows = windows(reach)) {
                for (int restart = 0; restart < 8; restart++) {
                    // Also where the same member takes the partition up again, having seen more or less of it.
                    int first = random.nextInt(topic.size());
                    int last = first + random.nextInt(topic.size() - first);
                    long from = topic.get(first).offset - reach;
                    for (int i = 0; i <= last; i++) {
                        if (topic.get(i).offset >= from) {
                            List<Integer> shown = topic.get(i).shown(windows);
                            if (i >= first) {
                                assertThat(shown)
                                        .as("message %d of %s", i, topic)
                                        .isEqualTo(expected.get(i));
                            }
                        }
                    }
                }
            }
        }
    }

    /** Several drives at a time, some with numbers that jump and begin anew, at offsets with gaps. */
    private static List<Message> topic(RandomGenerator random) {
        List<Message> topic = new ArrayList<>();
        long[] numbers = new long[4];
        long offset = 0;
        for (int i = 0; i < 120; i++) {
            int drive = random.nextInt(4);
            offset += 1 + random.nextInt(3);
            numbers[drive] = random.nextInt(20) == 0 ? 0 : numbers[drive] + 1 + random.nextInt(2);
            String name = drive == 0 ? "" : "d" + drive + "#" + numbers[drive];
            topic.add(new Message(offset, "d" + drive, name, i));
        }
        return topic;
    }

    @Test
    void shouldTakeStacksAsTheyAreAndRefuseWhatIsNoFrameOfADrive() throws Exception {
        try (DriveWindows windows = windows(100)) {
            Sample stack = image(0, 3 * FRAMES, 5);
            assertThat(windows.with(0, 0, null, List.of(stack), List.of(""))).containsExactly(stack);
            new Message(1, "a", "", 10).shown(windows);
            assertThatThrownBy(() -> new Message(2, null, "", 20).shown(windows))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("the message has no key");
            Sample row = new Sample(
                    SampleId.ofMessage("road", 0, 3, 0), new Content.Features(new float[] {1, 2}), Labels.NONE);
            assertThatThrownBy(() -> windows.with(
                            0, 3, bytes("a"), List.of(new Message(3, "a", "", 30).sample(), row), List.of("", "")))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("road/0/3/0");
            assertThat(new Message(4, "a", "", 40).shown(windows))
                    .as("nothing is remembered of a message that is bad")
                    .containsExactly(10, 10, 40);
        }
    }
}
