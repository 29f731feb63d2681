package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames that are drawn and encoded beside whoever brings them. Without loss, so that pixels can be compared. */
@Tag("concurrent")
class DrawnVideoTest {

    private static final int FRAMES = 40;
    private static final int HEIGHT = 45;
    private static final int WIDTH = 71;
    private static final WriterOptions LOSSLESS = WriterOptions.at(10).codec(VideoCodec.FFV1);

    @TempDir
    Path folder;

    private Path source() throws Exception {
        Path video = folder.resolve("source.mkv");
        try (VideoWriter writer = VideoWriter.create(video, HEIGHT, WIDTH, LOSSLESS)) {
            for (int i = 0; i < FRAMES; i++) {
                writer.writeAt(
                        NumberedFrames.draw(NumberedFrames.code(i), HEIGHT, WIDTH), 100_000L * i + i % 7 * 1000L);
            }
            writer.finish();
        }
        return video;
    }

    private static void mark(Canvas canvas, long frame) {
        int number = (int) frame;
        canvas.segment(number, 3, 20, number, Rgb.of(number), 3);
        canvas.text("no. " + number, 5, 30, 12, Rgb.WHITE);
    }

    @Test
    void shouldHoldWhatDrawingAndWritingOneFrameAfterTheOtherGives() throws Exception {
        Path out = folder.resolve("drawn.mkv");
        List<ByteBuffer> expected = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(source())) {
            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                try (VideoFrame frame = next;
                        Canvas canvas = Canvas.over(frame.pixels(), HEIGHT, WIDTH)) {
                    mark(canvas, frame.number());
                    expected.add(evenPart(frame));
                    times.add(frame.timeMicros());
                }
            }
        }

        try (VideoReader reader = VideoReader.open(source());
                DrawnVideo drawn = DrawnVideo.create(out, HEIGHT, WIDTH, LOSSLESS)) {
            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                long number = next.number();
                drawn.add(next, canvas -> mark(canvas, number));
            }
            drawn.finish();
        }

        try (VideoReader reader = VideoReader.open(out)) {
            for (int i = 0; i < FRAMES; i++) {
                try (VideoFrame frame = reader.next()) {
                    assertThat(frame.pixels()).as("frame " + i).isEqualTo(expected.get(i));
                    assertThat(frame.timeMicros()).isEqualTo(times.get(i));
                }
            }
            assertThat(reader.next()).isNull();
        }
    }

    /** Without the odd last row and column. */
    private static ByteBuffer evenPart(VideoFrame frame) {
        ByteBuffer part = ByteBuffer.allocate((HEIGHT - 1) * (WIDTH - 1) * 3);
        for (int row = 0; row < HEIGHT - 1; row++) {
            part.put(frame.pixels().slice(row * WIDTH * 3, (WIDTH - 1) * 3));
        }
        return part.flip();
    }

    @Test
    void shouldThrowWhatADrawingThrewAndLeaveNothing() throws Exception {
        Path out = folder.resolve("drawn.mp4");
        List<VideoFrame> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(source())) {
            assertThatThrownBy(() -> {
                        try (DrawnVideo drawn = DrawnVideo.create(out, HEIGHT, WIDTH, WriterOptions.at(10))) {
                            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                                frames.add(next);
                                long number = next.number();
                                drawn.add(next, canvas -> {
                                    if (number == 3) {
                                        throw new IOException("no ink");
                                    }
                                });
                            }
                            drawn.finish();
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessage("no ink");
        }
        expectClosed(frames);
        expectOnlyTheSource();
    }

    @Test
    void shouldKeepFewFramesAndEndWhenItsCallerIsInterrupted() throws Exception {
        Path out = folder.resolve("drawn.mp4");
        List<VideoFrame> frames = new ArrayList<>();
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        try (VideoReader reader = VideoReader.open(source())) {
            assertThatThrownBy(() -> {
                        try (DrawnVideo drawn = DrawnVideo.create(out, HEIGHT, WIDTH, WriterOptions.at(10))) {
                            for (int i = 0; i < 8; i++) {
                                frames.add(reader.next());
                                drawn.add(frames.get(i), canvas -> stuck(begun, never));
                            }
                            frames.add(reader.next());
                            Thread.currentThread().interrupt();
                            drawn.add(frames.get(8), canvas -> {});
                        }
                    })
                    .as("there is no room for a ninth")
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(begun.get()).isLessThanOrEqualTo(1);
        expectClosed(frames);
        expectOnlyTheSource();
    }

    private static void stuck(AtomicInteger begun, CountDownLatch never) throws IOException {
        begun.incrementAndGet();
        try {
            never.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void expectClosed(List<VideoFrame> frames) {
        assertThat(frames).isNotEmpty().allSatisfy(frame -> assertThatThrownBy(frame::pixels)
                .isInstanceOf(IllegalStateException.class));
    }

    private void expectOnlyTheSource() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("source.mkv");
        }
    }

    @Test
    void shouldRefuseFramesOfOneRowOrColumn() {
        Path out = folder.resolve("thin.webm");
        for (int[] size : new int[][] {{1, 40}, {40, 1}}) {
            assertThatThrownBy(() -> DrawnVideo.create(out, size[0], size[1], WriterOptions.at(10)))
                    .isInstanceOf(UsageException.class)
                    .hasMessage(out + ": frames of " + size[1] + " x " + size[0] + " pixels are too small for a video");
        }
    }

    @Test
    void shouldHoldFewLargeFrames() {
        assertThat(DrawnVideo.atOnce(160, 320, 8)).isEqualTo(8);
        assertThat(DrawnVideo.atOnce(2160, 3840, 8)).isEqualTo(2);
        assertThat(DrawnVideo.atOnce(8000, 8000, 8)).isEqualTo(1);
    }
}
