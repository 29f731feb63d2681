package org.batchmill.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.ingest.packing.BeamRunner;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.VideoPackOptions;
import org.batchmill.ingest.packing.VideoPreparation;
import org.batchmill.ingest.packing.VideoRecords;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.FrameSelection;

/**
 * Frames a second of a preprocessing run over a folder of videos, every Nth frame at 66 x 200 into a PNG file each, beside ffmpeg's command line
 * with the same filter chain and the same compression, one video after the other. Frames that are read count. Both take turns; the ratio of
 * the medians is what counts.
 *
 * <p>Arguments: the folder, then optionally N (default 3) and the rounds (default 5).
 */
public final class VideoRuns {

    private VideoRuns() {}

    public static void main(String[] args) throws Exception {
        Path videos = Path.of(args[0]);
        int every = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        double[] theirs = new double[rounds];
        double[] ours = new double[rounds];
        long frames = 0;
        Path scratch = Files.createTempDirectory("video-runs");
        try {
            for (int round = -1; round < rounds; round++) { // the first round only warms up
                long start = System.nanoTime();
                frames = run(videos, every, scratch.resolve("ours"));
                long middle = System.nanoTime();
                ffmpeg(videos, every, scratch.resolve("theirs"));
                long end = System.nanoTime();
                expectAsMany(scratch);
                if (round >= 0) {
                    ours[round] = frames * 1e9 / (middle - start);
                    theirs[round] = frames * 1e9 / (end - middle);
                }
                remove(scratch.resolve("ours"));
                remove(scratch.resolve("theirs"));
            }
        } finally {
            remove(scratch);
        }
        try (ResultTable table = ResultTable.of(
                VideoRuns.class,
                args,
                Column.text("videos"),
                Column.number("frames", 0),
                Column.number("one in", 0),
                Column.number("ffmpeg, frames/s", 0),
                Column.number("run, frames/s", 0),
                Column.number("ratio", 2))) {
            table.row(
                    videos.getFileName().toString(),
                    (double) frames,
                    (double) every,
                    Median.of(theirs),
                    Median.of(ours),
                    Median.of(ours) / Median.of(theirs));
        }
    }

    private static long run(Path videos, int every, Path out) throws IOException, InterruptedException {
        VideoRecords records = VideoRecords.DEFAULT
                .withLogs(false)
                .withSelection(new FrameSelection(0, Double.POSITIVE_INFINITY, every, 0, 0, 0));
        return VideoPreparation.run(
                        VideoPackOptions.of(videos.toString(), out.toString())
                                .withFrames(FrameCrop.WHOLE, 66, 200)
                                .withRecords(records)
                                .withRunner(BeamRunner.DIRECT, 0),
                        VideoPreparation.Kind.FRAMES,
                        PackProgress.Listener.NONE)
                .tallies()
                .stream()
                .mapToLong(tally -> tally.frames())
                .sum();
    }

    private static void ffmpeg(Path videos, int every, Path out) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(videos)) {
            for (Path video : files.filter(file -> file.toString().matches("(?s).*\\.(mp4|mkv|mov|webm|avi)"))
                    .sorted()
                    .toList()) {
                Path folder = Files.createDirectories(out.resolve(video.getFileName()));
                Process process = new ProcessBuilder(
                                "ffmpeg",
                                "-nostdin",
                                "-v",
                                "error",
                                "-i",
                                video.toString(),
                                "-vf",
                                "select=not(mod(n\\," + every + ")),scale=200:66:flags=bilinear",
                                "-vsync",
                                "0",
                                "-compression_level",
                                "1",
                                folder.resolve("%06d.png").toString())
                        .inheritIO()
                        .start();
                if (process.waitFor() != 0) {
                    throw new IOException("ffmpeg ended with " + process.exitValue());
                }
            }
        }
    }

    private static void expectAsMany(Path scratch) throws IOException {
        long ours = images(scratch.resolve("ours"));
        long theirs = images(scratch.resolve("theirs"));
        if (ours != theirs) {
            throw new IllegalStateException(ours + " images here, " + theirs + " by ffmpeg");
        }
    }

    private static long images(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".png")).count();
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
