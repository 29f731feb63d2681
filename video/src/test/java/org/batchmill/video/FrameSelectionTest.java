package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameSelection.Dropped;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameSelectionTest {

    private static final double END = Double.POSITIVE_INFINITY;

    /** 25 frames a second. */
    private static final long[] TIMES =
            LongStream.range(0, 100).map(frame -> frame * 40_000).toArray();

    @TempDir
    Path folder;

    private static List<Integer> kept(FrameSelection selection) {
        Dropped[] dropped = selection.byTime(TIMES);
        return IntStream.range(0, dropped.length)
                .filter(i -> dropped[i] == null)
                .boxed()
                .toList();
    }

    @Test
    void shouldKeepOneInSoManyByNumberWithinTheRange() {
        FrameSelection selection = new FrameSelection(1, 2, 10, 0, 0, 0);
        assertThat(kept(selection)).containsExactly(30, 40);
        assertThat(selection.byTime(TIMES)[24]).isEqualTo(Dropped.OUT_OF_RANGE);
        assertThat(selection.byTime(TIMES)[25]).isEqualTo(Dropped.NOT_SAMPLED);
        assertThat(selection.byTime(TIMES)[50]).isEqualTo(Dropped.OUT_OF_RANGE);
    }

    @Test
    void shouldKeepTheFirstFrameAtEachTickAndRepeatNone() {
        assertThat(kept(new FrameSelection(0, END, 1, 2, 0, 0))).containsExactly(0, 13, 25, 38, 50, 63, 75, 88);
        assertThat(kept(new FrameSelection(0, END, 1, 25, 0, 0))).hasSize(100);
        assertThat(kept(new FrameSelection(0, END, 1, 60, 0, 0))).hasSize(100);
    }

    @Test
    void shouldRefuseWhatKeepsNothingOrMeansNothing() {
        assertThatThrownBy(() -> new FrameSelection(2, 1, 1, 0, 0, 0)).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> new FrameSelection(0, END, 0, 0, 0, 0)).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> new FrameSelection(0, END, 1, -1, 0, 0)).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> new FrameSelection(0, END, 1, 0, 1, 0)).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> new FrameSelection(0, END, 1, 0, 0, Double.NaN))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void shouldDropWhatShowsTheSameAsTheLastFrameKept() throws Exception {
        int[] shown = {5, 5, 5, 40, 40, 5, 5, 0xffff, 40};
        Path file = folder.resolve("still.mkv");
        try (VideoWriter writer = VideoWriter.create(
                file,
                NumberedFrames.HEIGHT,
                NumberedFrames.WIDTH,
                WriterOptions.at(25).codec(VideoCodec.FFV1))) {
            for (int number : shown) {
                writer.write(NumberedFrames.draw(number));
            }
            writer.finish();
        }
        FrameComparison looks = new FrameComparison(new FrameSelection(0, END, 1, 0, 0, .02));
        FrameComparison scenes = new FrameComparison(new FrameSelection(0, END, 1, 0, .3, 0));
        List<Long> kept = new ArrayList<>();
        List<Long> begun = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file)) {
            for (int i = 0; i < shown.length; i++) {
                try (VideoFrame frame = reader.next()) {
                    Dropped why = looks.compare(frame);
                    assertThat(why).isIn(null, Dropped.NEAR_DUPLICATE);
                    if (why == null) {
                        kept.add(frame.number());
                    }
                    if (scenes.compare(frame) == null) {
                        begun.add(frame.number());
                    }
                }
            }
        }
        assertThat(kept).containsExactly(0L, 3L, 5L, 7L, 8L);
        // From white back to what was before is as large a change as the one to white was, and no change of that.
        assertThat(begun).containsExactly(3L, 5L, 7L);
    }
}
