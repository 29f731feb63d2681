package org.batchmill.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.batchmill.jobs.train.ScratchFolder;

/**
 * What the launcher runs once, in a JVM that then keeps its classes in an archive, which later starts map instead of loading each class from
 * its jar (AppCDS): a small training of each kind that people start with, a detector's evaluation, what it finds, and a drive. Prints what they print.
 */
final class Rehearsal {

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Terminal terminal = Terminal.take();
        try (ScratchFolder scratch = ScratchFolder.make()) {
            Path images = scratch.folder().resolve("shapes");
            Path detector = scratch.folder().resolve("detector");
            Batchmill.run(terminal, "--help");
            Batchmill.run(terminal, "sample", "shapes", images.toString(), "--count", "12");
            train(terminal, "yolo", images.toString(), detector, "--model", "yolo-v1-mini");
            Batchmill.run(terminal, "eval", detector.toString(), "--data", images.toString());
            Batchmill.run(
                    terminal,
                    "detect",
                    detector.toString(),
                    images.resolve("JPEGImages").toString(),
                    "--out",
                    scratch.folder().resolve("found").toString());
            Path roads = scratch.folder().resolve("roads");
            Path driver = scratch.folder().resolve("driver");
            String video = roads.resolve("epoch01_front.mp4").toString();
            train(terminal, "steering", "sample:road", driver);
            Batchmill.run(terminal, "sample", "road", roads.toString(), "--count", "12");
            Batchmill.run(
                    terminal,
                    "drive",
                    driver.toString(),
                    video,
                    "--truth",
                    roads.resolve("epoch01_steering.csv").toString(),
                    "--out",
                    scratch.folder().resolve("drive.mp4").toString());
            Batchmill.run(
                    terminal,
                    "detect",
                    detector.toString(),
                    video,
                    "--out",
                    scratch.folder().resolve("found.mp4").toString());
            train(terminal, "digits", "sample:digits", scratch.folder().resolve("digits"));
        }
        terminal.flush();
        // Native libraries leave threads behind that would hold the JVM.
        Runtime.getRuntime().halt(0);
    }

    private static void train(Terminal terminal, String task, String data, Path run, String... more) {
        String[] words = {"train", task, "--data", data, "--run", run.toString(), "--batch", "4", "--steps", "1"};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        Batchmill.run(terminal, all);
    }
}
