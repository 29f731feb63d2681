package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of more than 4 GiB: a small video is taken apart, and put together again with a hole of so much in the middle. */
@Tag("long")
class LargeVideoTest {

    private static final int HEIGHT = 16;
    private static final int WIDTH = 24;
    private static final int FRAMES = 40;
    private static final long HOLE = (5L << 30) + 17;

    private static final Set<String> CONTAINERS = Set.of("moov", "trak", "mdia", "minf", "stbl");

    @TempDir
    Path folder;

    private Path small(String name, VideoCodec codec) throws Exception {
        Path file = folder.resolve(name);
        try (VideoWriter writer =
                VideoWriter.create(file, HEIGHT, WIDTH, WriterOptions.at(10).codec(codec))) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] pixels = new byte[HEIGHT * WIDTH * 3];
                Arrays.fill(pixels, (byte) (6 * i));
                writer.writeAt(ByteBuffer.wrap(pixels), i * 100_000L);
            }
            writer.finish();
        }
        return file;
    }

    private static byte[] pixels(VideoFrame frame) {
        byte[] pixels = new byte[frame.pixels().remaining()];
        frame.pixels().duplicate().get(pixels);
        return pixels;
    }

    private static List<byte[]> frames(Path file) throws Exception {
        List<byte[]> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file)) {
            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                try (VideoFrame frame = next) {
                    assertThat(frame.number()).isEqualTo(frames.size());
                    frames.add(pixels(frame));
                }
            }
        }
        return frames;
    }

    private static void expectTheSame(Path large, Path small) throws Exception {
        assertThat(Files.size(large)).isGreaterThan(1L << 32);
        List<byte[]> expected = frames(small);
        assertThat(expected).hasSize(FRAMES);
        assertThat(frames(large)).usingRecursiveComparison().isEqualTo(expected);
        try (VideoReader reader = VideoReader.open(large);
                VideoReader judge = VideoReader.open(small)) {
            assertThat(reader.countFrames()).isEqualTo(FRAMES);
            assertThat(reader.frameTimes()).isEqualTo(judge.frameTimes());
            assertThat(reader.keyFrames()).isEqualTo(judge.keyFrames());
            for (int number : new int[] {FRAMES - 1, 0, FRAMES / 2}) {
                reader.seek(number);
                try (VideoFrame frame = reader.next()) {
                    assertThat(frame.number()).isEqualTo(number);
                    assertThat(pixels(frame)).isEqualTo(expected.get(number));
                }
            }
        }
    }

    /** The index behind all frames, as cameras write it, with offsets of 64 bits ({@code co64}). */
    @Test
    void shouldReadAnMp4WhoseIndexLiesBehindFourGiB() throws Exception {
        Path small = small("small.mp4", VideoCodec.H264);
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(small));
        ByteBuffer type = box(all, "ftyp");
        ByteBuffer data = box(all, "mdat");
        int header = 8;
        long to = type.remaining() + 2L * header + HOLE;
        long shift = to - (data.position() + header);
        Path large = folder.resolve("large.mp4");
        try (FileChannel file = FileChannel.open(large, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(type.duplicate());
            ByteBuffer largeHeader = ByteBuffer.allocate(2 * header);
            // A length of 1 says that 64 bits of it follow.
            largeHeader
                    .putInt(1)
                    .put("mdat".getBytes(StandardCharsets.US_ASCII))
                    .putLong(2L * header + HOLE + data.remaining() - header);
            file.write(largeHeader.flip());
            file.write(data.duplicate().position(data.position() + header), to);
            file.write(ByteBuffer.wrap(moved(box(all, "moov"), shift)), to + data.remaining() - header);
        }
        expectTheSame(large, small);
    }

    /** A box from its header on. */
    private static ByteBuffer box(ByteBuffer all, String name) {
        for (int at = 0; at < all.limit(); at += all.getInt(at)) {
            if (name(all, at).equals(name)) {
                return all.duplicate().position(at).limit(at + all.getInt(at));
            }
        }
        throw new AssertionError("no box " + name);
    }

    private static String name(ByteBuffer all, int at) {
        byte[] name = new byte[4];
        all.get(at + 4, name);
        return new String(name, StandardCharsets.US_ASCII);
    }

    /** A box whose offsets point further on. */
    private static byte[] moved(ByteBuffer box, long shift) {
        int at = box.position();
        int end = box.limit();
        String name = name(box, at);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (CONTAINERS.contains(name)) {
            for (int child = at + 8; child < end; child += box.getInt(child)) {
                content.writeBytes(
                        moved(box.duplicate().limit(child + box.getInt(child)).position(child), shift));
            }
        } else if (name.equals("stco")) {
            name = "co64";
            int count = box.getInt(at + 12);
            ByteBuffer offsets = ByteBuffer.allocate(8 + 8 * count).putInt(0).putInt(count);
            for (int i = 0; i < count; i++) {
                offsets.putLong(Integer.toUnsignedLong(box.getInt(at + 16 + 4 * i)) + shift);
            }
            content.writeBytes(offsets.array());
        } else {
            byte[] rest = new byte[end - at - 8];
            box.get(at + 8, rest);
            content.writeBytes(rest);
        }
        ByteBuffer whole = ByteBuffer.allocate(8 + content.size());
        whole.putInt(whole.capacity())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(content.toByteArray());
        return whole.array();
    }
}
