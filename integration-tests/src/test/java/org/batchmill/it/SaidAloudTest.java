package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user must hear of data, and that names in it cannot do anything to a terminal. */
class SaidAloudTest {

    @TempDir
    private Path folder;

    /** Images with a text file each, below {@code images/LIST} and {@code labels/LIST}. */
    private Path yolo(String... lists) throws IOException {
        Path shapes = folder.resolve("shapes");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 4).exitCode())
                .isZero();
        Path data = folder.resolve("yolo");
        try (var images = Files.list(shapes.resolve("JPEGImages"))) {
            List<Path> some = images.sorted().limit(2).toList();
            for (String list : lists) {
                Files.createDirectories(data.resolve("images/" + list));
                Files.createDirectories(data.resolve("labels/" + list));
                for (int i = 0; i < some.size(); i++) {
                    Files.copy(some.get(i), data.resolve("images/" + list + "/" + i + ".jpg"));
                    Files.writeString(data.resolve("labels/" + list + "/" + i + ".txt"), "0 .5 .5 .5 .5\n");
                }
            }
        }
        Files.writeString(data.resolve("classes.txt"), "cat\n");
        return data;
    }

    private Command train(Path data) {
        return Command.run(
                "train",
                "yolo",
                "--data",
                data,
                "--model",
                "yolo-v1-mini",
                "--steps",
                1,
                "--batch",
                1,
                "--run",
                folder.resolve("run"));
    }

    @Test
    void shouldSayWhyNothingIsValidatedOnWhereTheTrainingListIsTheValidationList() throws IOException {
        Path data = yolo("train2017");
        Files.writeString(
                data.resolve("data.yaml"), "train: images/train2017\nval: images/train2017\nnames: {0: person}\n");
        Command train = train(data);
        assertThat(train.exitCode()).as(train.err()).isZero();
        assertThat(train.err())
                .contains("warning: no validation: ")
                .contains("is in the lists train and val")
                .contains("data: 2 samples to train on, none to validate on");
    }

    @Test
    void shouldValidateOnValidAndNeverOnTest() throws IOException {
        Path data = yolo("train", "valid", "test");
        assertThat(train(data).err()).contains("2 samples to train on, 2 samples to validate on");
        try (var images = Files.list(data.resolve("images/valid"))) {
            for (Path image : images.toList()) {
                Files.delete(image);
            }
        }
        Command packed = Command.run("pack", "images", data, "--split", "lists", "--out", folder.resolve("o/x"));
        assertThat(packed.err()).contains("2 text files have no image: ").contains("labels/valid/0.txt");
    }

    @Test
    void shouldShowControlCharactersInNamesInsteadOfSendingThemToTheTerminal() throws IOException {
        Path data = yolo("train");
        String name = "a\u001b[31mred\u202e\u0085\nx";
        Files.move(data.resolve("images/train/0.jpg"), data.resolve("images/train/" + name + ".jpg"));
        Files.move(data.resolve("labels/train/0.txt"), data.resolve("labels/train/" + name + ".txt"));
        Files.writeString(data.resolve("labels/train/" + name + ".txt"), "0 9 9 9 9\n");
        Files.writeString(data.resolve("classes.txt"), "c\u001b]0;title\u0007at\n");
        for (Command check : List.of(Command.run("check", data), Command.run("check", data, "--json"))) {
            assertThat(check.out() + check.err()).doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]");
            assertThat(check.out())
                    .containsIgnoringCase("a\\u001b[31mred\\u202e\\u0085")
                    .containsIgnoringCase("c\\u001b]0;title\\u0007at");
        }
        Command packed = Command.run("pack", "images", data, "--out", folder.resolve("o/x"));
        assertThat(packed.exitCode()).isEqualTo(1);
        assertThat(packed.err())
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n]]")
                .contains("\\u001b[31mred\\u202e");
    }
}
