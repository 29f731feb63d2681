package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/**
 * What commands take, made by commands: images with boxes and their records, a drive, and a run of a detector and of a steering network.
 *
 * @param shapes   labelled images, as VOC
 * @param records  the same in one file
 * @param road     videos with steering logs
 * @param detector a run folder
 * @param driver   a run folder
 */
public record MadeInputs(Path shapes, Path records, Path road, Path detector, Path driver) {

    /** @param images how many */
    public static MadeInputs make(Path folder, int images) {
        MadeInputs made = new MadeInputs(
                folder.resolve("shapes"),
                folder.resolve("packed/x-00000-of-00001.tfrecord"),
                folder.resolve("road"),
                folder.resolve("detector"),
                folder.resolve("driver"));
        done("sample", "shapes", made.shapes, "--count", images);
        done("sample", "road", made.road, "--count", 12);
        done("pack", "images", made.shapes, "--out", folder.resolve("packed/x"), "--shards", 1);
        done(
                "train",
                "yolo",
                "--data",
                made.shapes,
                "--model",
                "yolo-v1-mini",
                "--steps",
                1,
                "--batch",
                2,
                "--run",
                made.detector);
        done("train", "steering", "--data", made.road, "--steps", 1, "--batch", 2, "--run", made.driver);
        return made;
    }

    /** Runs a command that must succeed. */
    static void done(Object... words) {
        Command command = Command.run(words);
        assertThat(command.exitCode()).as(command.err()).isZero();
    }
}
