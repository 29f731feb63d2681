package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.train.checkpoint.RunLock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run goes on with any option changed, or says why not and stays as it was; a training that is refused leaves nothing behind.
 */
class ResumeWithOtherOptionsTest {

    /** What some options can be changed to, where FOLDER stands for one of the tests' own; others take the next number, or the other of two. */
    private static final Map<String, String> CHANGES = Map.ofEntries(
            Map.entry("data", "sample:digits"),
            Map.entry("val", "sample:line"),
            Map.entry("mix", "sample:line=2"),
            Map.entry("format", "table"),
            Map.entry("split", "train"),
            Map.entry("classes", "a,b"),
            Map.entry("target", "y"),
            Map.entry("model", "table"),
            Map.entry("recipe", "modern"),
            Map.entry("optimizer", "adam"),
            Map.entry("schedule", "cosine"),
            Map.entry("layer-rates", "dense*=.1"),
            Map.entry("freeze", "dense*"),
            Map.entry("hard-examples", ".5"),
            Map.entry("ema", ".9"),
            Map.entry("clip-norm", ".5"),
            Map.entry("l1", ".001"),
            Map.entry("l2", ".001"),
            Map.entry("lr", ".002"),
            Map.entry("val-share", ".2"),
            Map.entry("policy", "yolo"),
            Map.entry("shuffle", "window:7"),
            Map.entry("on-error", "skip"),
            Map.entry("balance", "classes"),
            Map.entry("shard", "0/2"),
            Map.entry("crop", ":,2:8"),
            Map.entry("input-size", "8x8"),
            Map.entry("device", "gpu:0"),
            Map.entry("engine", "nd4j"),
            Map.entry("init", "nowhere.ckpt"),
            Map.entry("trace", "FOLDER/trace.json"),
            Map.entry("upload", "FOLDER/mirror"),
            Map.entry("cache-dir", "FOLDER/blocks"),
            Map.entry("max-input-memory", "2g"),
            Map.entry("memory", "1g"),
            Map.entry("decoded-cache", "1m"));

    @TempDir
    static Path folder;

    private static Path run;

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        Command train = Command.run("train", "line", "--data", "sample:line", "--steps", 6, "--run", run);
        assertThat(train.exitCode()).as(train.err()).isZero();
    }

    static Stream<List<String>> changedOptions() {
        return TrainOptions.of(TaskKind.LINE).options().stream()
                .filter(option -> !option.declaration().ofOneCall())
                .map(ResumeWithOtherOptionsTest::changed);
    }

    private static List<String> changed(OptionField option) {
        String name = "--" + option.name();
        if (option.isFlag()) {
            return List.of(Boolean.TRUE.equals(option.value()) ? name.replaceFirst("--", "--no-") : name);
        }
        if (CHANGES.containsKey(option.name())) {
            return List.of(name, CHANGES.get(option.name()));
        }
        if (option.type().isEnum()) {
            Object[] values = option.type().getEnumConstants();
            Object other = values[0].equals(option.value()) ? values[1] : values[0];
            return List.of(name, other.toString().toLowerCase(java.util.Locale.ROOT));
        }
        return List.of(name, option.value() instanceof Number number ? Long.toString(number.longValue() + 1) : "7");
    }

    @ParameterizedTest
    @MethodSource("changedOptions")
    void shouldGoOnOrSayWhyNot(List<String> change) throws IOException {
        Path copy = copyOfTheRun(change.get(0));
        Map<String, Integer> before = contents(copy);
        List<Object> words = new ArrayList<>(List.of("train", "line", "--resume", "--run", copy));
        change.forEach(word -> words.add(word.replace("FOLDER", folder.toString())));
        if (!change.get(0).equals("--steps") && !change.get(0).equals("--epochs")) {
            words.addAll(List.of("--steps", "12"));
        }
        Command resume = Command.run(words.toArray());
        if (resume.exitCode() == 0) {
            assertThat(Files.readString(copy.resolve("config.yaml"))).contains("resolved:");
            return;
        }
        assertThat(resume.exitCode()).as(resume.err()).isIn(1, 2, 3);
        assertThat(resume.errors()).as(resume.err()).hasSize(1);
        assertThat(resume.errors().get(0)).doesNotContain("Exception").doesNotContain("Error:");
        assertThat(contents(copy)).as(resume.err()).isEqualTo(before);
        Command asItWas = Command.run("train", "line", "--resume", "--run", copy, "--steps", 12);
        assertThat(asItWas.exitCode()).as(asItWas.err()).isZero();
    }

    /** What was told was the order of the samples, or a layer, and not what to change. */
    @ParameterizedTest
    @CsvSource({
        "line, seed, 2, '--resume draws as the run did: --seed was 1, not 2'",
        "line, shuffle, window:7, '--resume draws as the run did: --shuffle was permutation, not window:7'",
        "line, data, sample:table, 'step-000000006.ckpt: holds another model: line: its input is 1, not 8'",
        "line, model, table, 'holds another model: line where table is wanted: layer 1 dense1 has units 1, not 12'",
        "digits, data, sample:digits, 'step-000000006.ckpt is of table, and cannot go on with classification'"
    })
    void shouldNameTheOptionThatDiffers(String task, String option, String value, String told) throws IOException {
        Command resume = Command.run(
                "train",
                task,
                "--resume",
                "--run",
                copyOfTheRun("named" + task + option),
                "--" + option,
                value,
                "--steps",
                12);
        assertThat(resume.exitCode()).as(resume.err()).isEqualTo(2);
        assertThat(resume.errors()).singleElement().asString().contains(told);
    }

    @Test
    void shouldSayThatNothingIsLeftToLearn() throws IOException {
        Path copy = copyOfTheRun("done");
        Map<String, Integer> before = contents(copy);
        Command resume = Command.run("train", "line", "--resume", "--run", copy, "--keep", 2);
        assertThat(resume.exitCode()).as(resume.err()).isZero();
        assertThat(resume.out())
                .contains("nothing was left to learn: all 6 steps are done; --steps or --epochs sets more")
                .doesNotContain("NaN");
        assertThat(contents(copy))
                .as("what it would be told of")
                .containsAllEntriesOf(Map.of(
                        "config.yaml", before.get("config.yaml"),
                        "summary.json", before.get("summary.json"),
                        "report.html", before.get("report.html")));
    }

    /** An option that the run's file has and the user did not give is told with the file. */
    @Test
    void shouldNameTheFileOfAnOptionOfAnotherTask() throws IOException {
        Path config = copyOfTheRun("foreign").resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("classes: []", "classes: [a, b]"));
        String why = "--classes is for yolo, digits and classify, not for line";
        Command resume = Command.run("train", "line", "--resume", "--run", config.getParent(), "--steps", 12);
        assertThat(resume.exitCode()).isEqualTo(2);
        assertThat(resume.errors()).containsExactly("batchmill: " + config + ": " + why);
        Command given = Command.run(
                "train", "line", "--resume", "--run", config.getParent(), "--steps", 12, "--classes", "a,b");
        assertThat(given.errors()).containsExactly("batchmill: " + why);
        Files.writeString(config, "");
        Command empty = Command.run("train", "line", "--resume", "--run", config.getParent(), "--steps", 12);
        assertThat(empty.exitCode()).isEqualTo(1);
        assertThat(empty.errors())
                .singleElement()
                .asString()
                .startsWith("batchmill: " + config + ": missing: is empty");
    }

    @Test
    void shouldLeaveNoFolderOfATrainingThatDidNotStart() {
        Path fresh = folder.resolve("fresh").resolve("run");
        for (List<String> bad : List.of(
                List.of("--data", "nowhere"),
                List.of("--data", "sample:line", "--val", "nowhere"),
                List.of("--data", "sample:line", "--engine", "no-such"),
                List.of("--data", "sample:line", "--device", "gpu:9"),
                List.of("--data", "sample:line", "--model", "no-such"),
                List.of("--data", "sample:line", "--freeze", "no-such"),
                List.of("--data", "sample:line", "--freeze", "*"),
                List.of("--data", "sample:line", "--layer-rates", "*=0"),
                List.of("--data", "sample:line", "--classes", "a,a"),
                List.of("--data", "sample:line", "--camera-offset", ".1"),
                List.of("--data", "sample:line", "--split", "train"),
                List.of("--data", "sample:line", "--memory", "1"),
                List.of("--data", "sample:line", "--gpu-memory", "80%"),
                List.of("--data", "sample:line", "--gpu-memory", "8g", "--device", "cpu"),
                List.of("--data", "sample:line", "--init", "nowhere"),
                List.of("--data", "sample:line", "--resume"))) {
            List<Object> words = new ArrayList<>(List.of("train", "line", "--steps", "3", "--run", fresh));
            words.addAll(bad);
            Command train = Command.run(words.toArray());
            assertThat(train.exitCode()).as("%s: %s", bad, train.err()).isIn(1, 2, 3);
            assertThat(fresh).as(bad.toString()).doesNotExist();
        }
    }

    @Test
    void shouldRefuseALimitOnAGpuThatIsNotUsed() {
        for (String device : List.of("cpu", "auto")) {
            Path fresh = folder.resolve("limited");
            Command train = Command.run(
                    "train",
                    "line",
                    "--data",
                    "sample:line",
                    "--steps",
                    3,
                    "--run",
                    fresh,
                    "--gpu-memory",
                    "80%",
                    "--device",
                    device);
            assertThat(train.exitCode()).as(train.err()).isEqualTo(2);
            assertThat(train.err().lines().reduce((first, second) -> second).orElseThrow())
                    .contains("--gpu-memory limits what is taken of a GPU, and --device is cpu")
                    .endsWith("leave it out, or take --memory");
        }
    }

    @Test
    void shouldTellWhatTheOptionsCameTo() throws IOException {
        String config = Files.readString(run.resolve("config.yaml"));
        assertThat(config.substring(config.indexOf("resolved:")))
                .contains(
                        "\n  model: line\n",
                        "\n  batch: ",
                        "\n  steps: 6\n",
                        "\n  optimizer: ",
                        "\n  lr: ",
                        "\n  schedule: ",
                        "\n  policy:",
                        "\n  engine: ");
        assertThat(Files.readString(run.resolve("report.html"))).contains("optimizer", "schedule");
    }

    private static Path copyOfTheRun(String name) throws IOException {
        Path copy = folder.resolve("copy" + name);
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, copy.resolve(run.relativize(file).toString()));
            }
        }
        return copy;
    }

    /** All but the lock, which names the process that had it last. */
    private static Map<String, Integer> contents(Path folder) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(RunLock.NAME))
                    .forEach(file -> {
                        try {
                            contents.put(folder.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        return contents;
    }
}
