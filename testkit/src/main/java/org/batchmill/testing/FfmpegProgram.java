package org.batchmill.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The programs ffmpeg and ffprobe of this machine, which judge what is read from videos. A test is skipped where they are missing. */
public final class FfmpegProgram {

    private FfmpegProgram() {}

    /** Skips the test where the programs, or one of these encoders, are not there. */
    public static void require(String... encoders) throws IOException, InterruptedException {
        for (String program : List.of("ffmpeg", "ffprobe")) {
            boolean found = Arrays.stream(
                            System.getenv().getOrDefault("PATH", "").split(":", -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            Assumptions.assumeTrue(found, program + " is not installed (Debian: apt-get install ffmpeg)");
        }
        if (encoders.length > 0) {
            String known = new String(output(List.of("ffmpeg", "-v", "error", "-encoders")), StandardCharsets.UTF_8);
            for (String encoder : encoders) {
                Assumptions.assumeTrue(known.contains(" " + encoder + " "), "this ffmpeg has no encoder " + encoder);
            }
        }
    }

    /** Runs ffmpeg over whatever lies at its output. */
    public static void run(String arguments, Path... files) throws IOException, InterruptedException {
        output(command("ffmpeg -nostdin -v error -y", arguments, files));
    }

    /** What ffmpeg writes to its standard output. */
    public static byte[] bytes(String arguments, Path... files) throws IOException, InterruptedException {
        return output(command("ffmpeg -nostdin -v error", arguments, files));
    }

    /** What ffprobe prints, line by line. */
    public static List<String> probe(String arguments, Path... files) throws IOException, InterruptedException {
        return new String(output(command("ffprobe -v error", arguments, files)), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** Words divided by spaces; each {@code @} is the next of the files. */
    private static List<String> command(String program, String arguments, Path... files) {
        List<String> command = new ArrayList<>();
        int next = 0;
        for (String word : (program + " " + arguments).split(" +", -1)) {
            command.add(word.equals("@") ? files[next++].toString() : word);
        }
        return command;
    }

    private static byte[] output(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("ffmpeg", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            byte[] output = process.getInputStream().readAllBytes();
            int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError(
                        String.join(" ", command) + " ended with " + status + ": " + Files.readString(errors));
            }
            return output;
        } finally {
            Files.delete(errors);
        }
    }
}
