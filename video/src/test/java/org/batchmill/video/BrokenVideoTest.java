package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.testing.Seed;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
@Tag("concurrent")
class BrokenVideoTest {

    private static final WriterOptions AT_25 = WriterOptions.at(25).keyFrameInterval(10);

    @TempDir
    Path folder;

    /** Everything that reading gave: the numbers of good frames, and the faults in order. */
    private record Outcome(List<Long> frames, List<DataException> faults) {
        Kind kind() {
            return faults.get(0).kind();
        }
    }

    private static Outcome read(Path file, VideoOptions options) throws IOException, InterruptedException {
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
        try (VideoReader reader = VideoReader.open(file, options)) {
            boolean more = true;
            while (more) {
                try (VideoFrame frame = reader.next()) {
                    more = frame != null;
                    if (more) {
                        outcome.frames().add(frame.number());
                    }
                } catch (DataException e) {
                    outcome.faults().add(e);
                }
            }
        } catch (DataException e) {
            outcome.faults().add(e);
        }
        return outcome;
    }

    private static Outcome read(Path file) throws IOException, InterruptedException {
        return read(file, VideoOptions.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "moov_lost.mp4, TRUNCATED",
        "faststart_cut.mp4, TRUNCATED",
        "text.mp4, UNSUPPORTED",
        "zero.mp4, TRUNCATED",
        "playlist.mp4, UNSUPPORTED",
        "audio_only.mp4, MISSING"
    })
    void shouldRefuseTheSharedBrokenFiles(String name, Kind kind) throws Exception {
        Outcome outcome = read(SharedData.data("broken/video").resolve(name));
        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.faults()).hasSize(1);
        assertThat(outcome.faults().get(0).getMessage()).contains(name).doesNotContain("\n");
    }

    @Test
    void shouldGiveTheFramesBeforeTheCutAndThenSayWhereItIs() throws Exception {
        Outcome outcome = read(SharedData.data("broken/video/faststart_cut.mp4"));
        assertThat(outcome.frames()).hasSizeBetween(50, 57);
        assertThat(outcome.faults().get(0).where())
                .endsWith("frame " + outcome.frames().size());
    }

    @Test
    void shouldNameTheFramesWhoseBytesWereFlipped() throws Exception {
        Path file = SharedData.data("broken/video/flipped_bytes.mp4");
        Outcome strict = read(file);
        assertThat(strict.faults()).isNotEmpty().allSatisfy(e -> assertThat(e.kind())
                .isEqualTo(Kind.CORRUPT));
        assertThat(strict.frames().size() + strict.faults().size()).isEqualTo(100);
        Outcome concealed = read(file, VideoOptions.DEFAULT.conceal(true));
        assertThat(concealed.frames().size()).isGreaterThan(strict.frames().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mov", "mkv", "avi"})
    void shouldNeverGiveACutFileAsWhole(String suffix) throws Exception {
        VideoCodec codec = suffix.equals("avi") ? VideoCodec.MPEG4 : VideoCodec.H264;
        Path whole = NumberedFrames.write(folder.resolve("whole." + suffix), 40, AT_25.codec(codec));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut." + suffix);
        for (int length = 0; length < bytes.length; length += Math.max(1, bytes.length / 60)) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            Outcome outcome = read(cut);
            assertThat(outcome.faults())
                    .as("cut at byte %d of %d", length, bytes.length)
                    .isNotEmpty();
        }
    }

    @Test
    void shouldOpenNoPlaylistAndNothingItPointsTo() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        Path playlist = folder.resolve("list.mp4");
        Files.writeString(
                playlist, "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n" + secret.toUri() + "\n#EXT-X-ENDLIST\n");
        assertThat(read(playlist).kind()).isEqualTo(Kind.UNSUPPORTED);
        Path concat = Files.writeString(folder.resolve("concat.mp4"), "ffconcat version 1.0\nfile " + secret + "\n");
        assertThat(read(concat).kind()).isEqualTo(Kind.UNSUPPORTED);
    }

    @Test
    void shouldRefuseWhatIsNotAPlainFile() throws Exception {
        assertThat(read(folder).kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(read(folder.resolve("none.mp4")).kind()).isEqualTo(Kind.MISSING);
    }

    @Test
    void shouldRefuseAClaimOfABillionFrames() throws Exception {
        Path file = NumberedFrames.write(folder.resolve("a.mp4"), 5, AT_25);
        byte[] bytes = Files.readAllBytes(file);
        int sizes = indexOf(bytes, "stsz");
        ByteBuffer.wrap(bytes).putInt(sizes + 12, 1_000_000_000);
        Files.write(file, bytes);
        Outcome outcome = read(file);
        assertThat(outcome.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(outcome.faults().get(0)).hasMessageContaining("1000000000 frames");
    }

    @Test
    void shouldRefuseImagesAboveThePixelLimit() throws Exception {
        Path file = NumberedFrames.write(folder.resolve("a.mp4"), 5, AT_25);
        assertThat(read(file, VideoOptions.DEFAULT.maxPixels(1000)).kind()).isEqualTo(Kind.TOO_LARGE);
    }

    @Test
    void shouldRefuseAStreamWhoseClockStandsStill() throws Exception {
        Path file = NumberedFrames.write(folder.resolve("a.mp4"), 20, AT_25);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putInt(indexOf(bytes, "mdhd") + 4 + 12, 0);
        Files.write(file, bytes);
        assertThat(read(file).faults().get(0)).hasMessageContaining("0 ticks a second");
    }

    @Test
    void shouldReadFramesByNumberAndRefuseTimesInAnAviOfZeroFramesASecond() throws Exception {
        Path file = NumberedFrames.write(
                folder.resolve("a.avi"), 20, AT_25.codec(VideoCodec.MPEG4).reorderedFrames(1));
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putInt(indexOf(bytes, "strh") + 8 + 24, 0); // dwRate
        Files.write(file, bytes);
        assertThat(read(file).frames()).hasSize(20);
    }

    /** Packets without times: nothing but the decoder's refusal tells that one became no frame, and later labels would shift. */
    @Test
    void shouldKeepTheNumbersBehindAPacketThatIsRefusedInAnAviWithoutTimes() throws Exception {
        Path file = NumberedFrames.write(
                folder.resolve("a.avi"), 40, AT_25.codec(VideoCodec.MPEG4).reorderedFrames(1));
        byte[] bytes = Files.readAllBytes(file);
        int packet = indexOf(bytes, "movi");
        for (int i = 0; i < 15; i++) {
            packet = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("00dc", packet + 4);
        }
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(packet + 4);
        Arrays.fill(bytes, packet + 8, packet + 8 + length, (byte) 0);
        Files.write(file, bytes);
        Outcome outcome = read(file, VideoOptions.DEFAULT.conceal(true));
        assertThat(outcome.frames().get(outcome.frames().size() - 1)).isEqualTo(39);
        assertThat(outcome.frames()).hasSize(39);
        assertThat(outcome.faults()).hasSize(1).allSatisfy(e -> assertThat(e.kind())
                .isEqualTo(Kind.CORRUPT));
        try (VideoReader reader = VideoReader.open(file, VideoOptions.DEFAULT.conceal(true))) {
            reader.seek(35);
            try (VideoFrame frame = reader.next()) {
                assertThat(frame.number()).isEqualTo(35);
            }
        }
    }

    @Test
    void shouldNameTheFrameAtWhichTheResolutionChanges() throws Exception {
        Path small = folder.resolve("small.webm");
        Path large = folder.resolve("large.webm");
        Path joined = folder.resolve("joined.webm");
        WriterOptions vp9 = AT_25.codec(VideoCodec.VP9);
        for (int scale = 1; scale <= 2; scale++) {
            try (VideoWriter writer = VideoWriter.create(
                    scale == 1 ? small : large, NumberedFrames.HEIGHT * scale, NumberedFrames.WIDTH * scale, vp9)) {
                for (int i = 0; i < 12; i++) {
                    writer.write(NumberedFrames.draw(i, NumberedFrames.HEIGHT * scale, NumberedFrames.WIDTH * scale));
                }
                writer.finish();
            }
        }
        PacketJoin.append(small, large, joined);
        Outcome outcome = read(joined);
        assertThat(outcome.frames()).hasSize(12);
        assertThat(outcome.faults().get(0)).hasMessageContaining("frame 12").hasMessageContaining("192 x 128");
        assertThat(outcome.kind()).isEqualTo(Kind.UNSUPPORTED);
    }

    @Test
    void shouldGiveUpAStalledSource() throws Exception {
        Path file = NumberedFrames.write(folder.resolve("a.mkv"), 200, AT_25.codec(VideoCodec.FFV1));
        CountDownLatch released = new CountDownLatch(1);
        VideoFile stalling = new StallingFile(file, Files.size(file) / 2, released);
        VideoOptions impatient = VideoOptions.DEFAULT.stallAfter(Duration.ofMillis(300));
        try {
            assertThatThrownBy(() -> {
                        try (VideoReader reader = VideoReader.open(stalling, impatient)) {
                            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                                frame.close();
                            }
                        }
                    })
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("stalled")
                    .hasMessageContaining("a.mkv");
        } finally {
            released.countDown();
        }
        CountDownLatch releasedAtOnce = new CountDownLatch(1);
        VideoFile stallingAtOnce = new StallingFile(file, 20, releasedAtOnce);
        assertThatThrownBy(() -> VideoReader.open(stallingAtOnce, impatient)).hasMessageContaining("stalled");
        releasedAtOnce.countDown();
    }

    @Test
    void shouldEndItsThreadsWhenClosedInTheMiddle() throws Exception {
        Path file = NumberedFrames.write(folder.resolve("a.mp4"), 60, AT_25);
        for (int i = 0; i < 30; i++) {
            try (VideoReader reader = VideoReader.open(file, VideoOptions.DEFAULT.queuedFrames(1))) {
                reader.next().close();
                if (i % 2 == 0) {
                    reader.seek(30);
                }
            }
        }
        try (Stream<Thread> threads = Thread.getAllStackTraces().keySet().stream()) {
            assertThat(threads.filter(Thread::isAlive).map(Thread::getName).filter(n -> n.contains("a.mp4")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void shouldRefuseRandomBytesBehindAGoodBeginning(Container container) throws Exception {
        long seed = Seed.of(this);
        byte[] bytes = new byte[20_000];
        Seed.random(seed).nextBytes(bytes);
        ByteBuffer head = ByteBuffer.wrap(bytes);
        switch (container) {
            case MOV ->
                head.putInt(16)
                        .put("ftypisom".getBytes(StandardCharsets.US_ASCII))
                        .putInt(0);
            case MATROSKA -> head.putInt(0x1A45DFA3);
            case AVI ->
                head.put("RIFF".getBytes(StandardCharsets.US_ASCII))
                        .putInt(0)
                        .put("AVI ".getBytes(StandardCharsets.US_ASCII));
        }
        Outcome outcome = read(Files.write(folder.resolve("random"), bytes));
        assertThat(outcome.frames()).isEmpty();
        assertThat(outcome.faults()).hasSize(1);
    }

    private static int indexOf(byte[] bytes, String letters) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(letters);
        assertThat(at).as("box %s", letters).isPositive();
        return at;
    }

    /** A file whose reads wait, as those of a network share whose server is gone, once a byte is passed. */
    private record StallingFile(Path path, long at, CountDownLatch released) implements VideoFile {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public SeekableByteChannel open() throws IOException {
            SeekableByteChannel file = Files.newByteChannel(path);
            return new SeekableByteChannel() {
                @Override
                public int read(ByteBuffer target) throws IOException {
                    if (file.position() >= at) {
                        boolean waiting = true;
                        while (waiting) {
                            try {
                                released.await();
                                waiting = false;
                            } catch (InterruptedException e) {
                                // a read inside the kernel is not interrupted either
                            }
                        }
                        throw new IOException("connection lost");
                    }
                    target.limit((int) Math.min(target.limit(), target.position() + 1000L));
                    return file.read(target);
                }

                @Override
                public int write(ByteBuffer source) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public long position() throws IOException {
                    return file.position();
                }

                @Override
                public SeekableByteChannel position(long position) throws IOException {
                    file.position(position);
                    return this;
                }

                @Override
                public long size() throws IOException {
                    return file.size();
                }

                @Override
                public SeekableByteChannel truncate(long size) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public boolean isOpen() {
                    return file.isOpen();
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }
    }
}
