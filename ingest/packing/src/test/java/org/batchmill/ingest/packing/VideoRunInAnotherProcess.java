package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes images of the videos of a folder in a process of its own, which a test kills: the arguments are the folders. */
final class VideoRunInAnotherProcess {

    private VideoRunInAnotherProcess() {}

    static Process start(Path videos, Path out) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        VideoRunInAnotherProcess.class.getName(),
                        videos.toString(),
                        out.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            VideoPreparation.run(
                    VideoPackOptions.of(arguments[0], arguments[1])
                            .withRecords(VideoRecords.DEFAULT.withLogs(false))
                            .withRunner(BeamRunner.DIRECT, 2),
                    VideoPreparation.Kind.FRAMES,
                    PackProgress.Listener.NONE);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }
}
