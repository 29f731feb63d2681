package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoFramesTest {

    private static final VideoOptions SMALL = VideoOptions.DEFAULT.shape(FrameShape.WHOLE.size(32, 48));

    @TempDir
    Path folder;

    @Test
    void shouldGiveEveryFrameUnderItsNameInAnyOrder() throws Exception {
        List<DriveEpoch> epochs = List.of(DrawnDrive.write(folder, 1, 20), DrawnDrive.write(folder, 2, 15));
        try (VideoFrames frames = VideoFrames.open(epochs, SMALL, FrameCrop.WHOLE, JoinOptions.DEFAULT, 1 << 20)) {
            assertThat(frames.size()).isEqualTo(35);
            for (int i = 34; i >= 0; i--) {
                int frame = i < 20 ? i : i - 20;
                Sample sample = frames.read(i);
                assertThat(sample.id().value())
                        .isEqualTo((i < 20 ? "epoch01_front.mp4#" : "epoch02_front.mp4#") + frame);
                assertThat(sample.labels()).isEqualTo(new Labels.Steering(DrawnDrive.angle(frame)));
                Content.RawImage image = (Content.RawImage) sample.content();
                assertThat(NumberedFrames.read(image.pixels(), image.height(), image.width()))
                        .isEqualTo(NumberedFrames.code(frame));
                assertThat(image.height()).isEqualTo(32);
            }
        }
    }

    @Test
    void shouldLeaveOutFramesWithoutALabel() throws Exception {
        DriveEpoch epoch = DrawnDrive.write(folder, 1, 5, "frame,wheel\n0,0\n2,.2\n4,.4\n");
        try (VideoFrames frames = VideoFrames.open(
                List.of(epoch), SMALL, FrameCrop.WHOLE, JoinOptions.DEFAULT.maxMismatches(1), 1 << 20)) {
            assertThat(frames.size()).isEqualTo(3);
            assertThat(frames.read(1).id().value()).isEqualTo("epoch01_front.mp4#2");
            assertThat(frames.reports().get(0).framesWithoutRow()).isEqualTo(2);
        }
    }

    @Test
    void shouldCutFramesButNotThoseThatHaveTheSizeAlready() throws Exception {
        DriveEpoch epoch = DrawnDrive.write(folder, 1, 3);
        VideoInfo info;
        try (VideoReader reader = VideoReader.open(epoch.video())) {
            info = reader.info();
        }
        FrameCrop half = new FrameCrop(":,.5:");
        VideoOptions own = VideoOptions.DEFAULT.shape(FrameShape.WHOLE.size(info.height(), info.width()));
        VideoOptions smaller = VideoOptions.DEFAULT.shape(FrameShape.WHOLE.size(0, 0));
        try (VideoFrames whole = VideoFrames.open(List.of(epoch), own, half, JoinOptions.DEFAULT, 1 << 20);
                VideoFrames cut = VideoFrames.open(List.of(epoch), smaller, half, JoinOptions.DEFAULT, 1 << 20)) {
            ByteBuffer all = ((Content.RawImage) whole.read(2).content()).pixels();
            Content.RawImage lower = (Content.RawImage) cut.read(2).content();
            assertThat(lower.height()).isEqualTo(info.height() / 2);
            assertThat(lower.pixels()).isEqualTo(all.slice(all.capacity() / 2, all.capacity() / 2));
        }
    }

    @Test
    void shouldTellOfAVideoThatWasCutShort() throws Exception {
        DriveEpoch epoch = DrawnDrive.write(folder, 1, 40);
        byte[] bytes = Files.readAllBytes(epoch.video());
        Files.write(epoch.video(), Arrays.copyOf(bytes, bytes.length * 2 / 3));
        JoinOptions patient = JoinOptions.DEFAULT.maxMismatches(40);
        try (VideoFrames frames = VideoFrames.open(List.of(epoch), SMALL, FrameCrop.WHOLE, patient, 1 << 20)) {
            long last = frames.size() - 1;
            assertThat(last).isBetween(1L, 38L);
            assertThat(frames.read(0).id().value()).isEqualTo("epoch01_front.mp4#0");
            assertThatThrownBy(() -> frames.read(last))
                    .isInstanceOfSatisfying(
                            DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.TRUNCATED));
        }
    }

    @Test
    void shouldAskToPackWhatDoesNotFitTheBudget() throws Exception {
        List<DriveEpoch> epochs = List.of(DrawnDrive.write(folder, 1, 20));
        long needed = 20L * 32 * 48 * 3;
        VideoFrames.open(epochs, SMALL, FrameCrop.WHOLE, JoinOptions.DEFAULT, needed)
                .close();
        assertThatThrownBy(() -> VideoFrames.open(epochs, SMALL, FrameCrop.WHOLE, JoinOptions.DEFAULT, needed - 1))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("batchmill pack video");
    }
}
