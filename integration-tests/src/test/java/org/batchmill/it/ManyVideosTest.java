package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Await;
import org.batchmill.video.VideoCodec;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of short videos in one run: what it holds does not grow with their number, and a kill costs the videos under way. */
@Tag("long")
@Tag("concurrent")
@Timeout(1800)
@EnabledOnOs(OS.LINUX)
class ManyVideosTest {

    private static final int VIDEOS = 3000;
    private static final int FEWEST = 2;
    private static final int KINDS = 4;
    private static final int FRAMES = VIDEOS / KINDS * (2 + 3 + 4 + 5);

    @TempDir
    Path folder;

    /** Clips of two to five frames, in folders of a hundred. */
    private Path clips() throws IOException {
        List<Path> kinds = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            Path file = folder.resolve("kind-" + kind + ".mkv");
            try (VideoWriter writer =
                    VideoWriter.create(file, 16, 24, WriterOptions.at(10).codec(VideoCodec.FFV1))) {
                for (int i = 0; i < FEWEST + kind; i++) {
                    byte[] pixels = new byte[16 * 24 * 3];
                    Arrays.fill(pixels, (byte) (40 * i + kind));
                    writer.writeAt(ByteBuffer.wrap(pixels), i * 100_000L);
                }
                writer.finish();
            }
            kinds.add(file);
        }
        Path clips = folder.resolve("clips");
        for (int i = 0; i < VIDEOS; i++) {
            Path clip = clips.resolve(String.format(Locale.ROOT, "%02d/clip-%04d.mkv", i / 100, i));
            Files.createDirectories(clip.getParent());
            Files.copy(kinds.get(i % KINDS), clip);
        }
        return clips;
    }

    private TrainerProcess start(Path clips, Path out, String log) throws IOException {
        return TrainerProcess.start(
                folder.resolve(log),
                List.of("-Xmx256m"),
                "pack",
                "video",
                clips,
                "--unlabelled",
                "--to",
                "frames",
                "--size",
                "16x24",
                "--out",
                out,
                "--json");
    }

    private static List<Path> finished(Path out) throws IOException {
        Path journal = out.resolve(".preparation");
        if (!Files.isDirectory(journal)) {
            return List.of();
        }
        String end = ".shard.json";
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(file -> file.getFileName().toString().endsWith(end)
                            && !file.getFileName().toString().startsWith("."))
                    .map(file -> file.getFileName().toString().replace(end, "").replace("%2F", "/"))
                    .map(out::resolve)
                    .toList();
        }
    }

    /** Open files, and resident MiB. */
    private static long[] holds(TrainerProcess process) throws IOException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            long kib = Files.readAllLines(proc.resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
            return new long[] {open.count(), kib >> 10};
        }
    }

    @Test
    void shouldHoldNoMoreForThousandsAndGoOnAfterAKill() throws Exception {
        Path clips = clips();
        Path out = folder.resolve("out");
        long[] early;
        long[] late;
        try (TrainerProcess first = start(clips, out, "first.log")) {
            Await.until(
                    "a tenth is done", () -> first.hasCome(() -> finished(out).size() >= VIDEOS / 10));
            early = holds(first);
            Await.until("most is done", () -> first.hasCome(() -> finished(out).size() >= VIDEOS * 3 / 4));
            late = holds(first);
            assertThat(first.killAfter(0)).isTrue();
            assertThat(first.log().lines().count()).as(first.log()).isLessThan(40);
        }
        System.out.printf(
                Locale.ROOT,
                "after a tenth %d open files, %d MiB; after three quarters %d, %d MiB%n",
                early[0],
                early[1],
                late[0],
                late[1]);
        assertThat(late[0]).as("open files").isLessThan(early[0] + 32);
        assertThat(late[1]).as("resident MiB").isLessThan(early[1] + 128);

        List<Path> finished = finished(out);
        assertThat(finished).hasSizeLessThan(VIDEOS);
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
        for (Path video : finished) {
            Files.setLastModifiedTime(video.resolve("000001.png"), longAgo);
        }
        try (TrainerProcess second = start(clips, out, "second.log")) {
            assertThat(second.await()).as(second.log()).isZero();
            String last = second.log()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .findFirst()
                    .orElseThrow();
            JsonNode json = new ObjectMapper().readTree(last);
            assertThat(json.get("counts").get("videos").asInt()).isEqualTo(VIDEOS);
            assertThat(json.get("counts").get("kept").asInt()).isEqualTo(FRAMES);
            assertThat(json.get("bad").asInt()).isZero();
        }
        for (Path video : finished) {
            assertThat(Files.getLastModifiedTime(video.resolve("000001.png")))
                    .as("decoded once: %s", video)
                    .isEqualTo(longAgo);
        }
        try (Stream<Path> images = Files.walk(out)) {
            assertThat(images.filter(file -> file.toString().endsWith(".png"))).hasSize(FRAMES);
        }
    }
}
