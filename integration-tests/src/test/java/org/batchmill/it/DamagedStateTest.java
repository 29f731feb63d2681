package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.task.TaskDescription;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint whose sums are right and whose texts are not: one line with its name, whoever reads it. */
class DamagedStateTest {

    private static final int DAMAGED = 40;

    @TempDir
    static Path folder;

    private static Path run;
    private static Path file;
    private static Checkpoint whole;

    @BeforeAll
    static void train() throws IOException {
        run = folder.resolve("run");
        Command train = Command.run(
                "train",
                "line",
                "--data",
                "sample:line",
                "--steps",
                4,
                "--patience",
                9,
                "--schedule",
                "plateau:2",
                "--run",
                run);
        assertThat(train.exitCode()).as(train.err()).isZero();
        file = run.resolve("checkpoints/step-000000004.ckpt");
        whole = CheckpointFile.read(file);
    }

    private static void write(Path place, String data, Map<String, String> states, TaskDescription task)
            throws IOException {
        Checkpoint.Progress progress = whole.progress();
        CheckpointFile.write(
                place,
                new Checkpoint(
                        whole.network(),
                        whole.parameters(),
                        whole.optimizer(),
                        whole.slots(),
                        whole.average(),
                        new Checkpoint.Progress(
                                progress.step(), progress.samples(), progress.seed(), data, states, progress.scores()),
                        task));
    }

    private static Command resume() {
        return Command.run(
                "train", "line", "--config", run.resolve("config.yaml"), "--resume", "--run", run, "--steps", 5);
    }

    private static void assertToldOf(Command command, Path place) {
        assertThat(command.exitCode()).as(command.err()).isEqualTo(1);
        assertThat(command.errors()).singleElement().asString().startsWith("batchmill: " + place + ": corrupt: ");
    }

    @Test
    void shouldNameACheckpointWhoseStateOfTheLoopOrOfAHookIsDamaged() throws IOException {
        assertThat(whole.progress().states()).containsKeys("loop", "schedule", "EarlyStopping");
        for (String name : List.of("loop", "schedule", "EarlyStopping")) {
            for (String damaged : List.of("", "x", "1", "0 x 1", "99999999999999999999 1 1", "NaN 1 1")) {
                Map<String, String> states = new HashMap<>(whole.progress().states());
                states.put(name, damaged);
                write(file, whole.progress().data(), states, whole.task());
                Command command = resume();
                // A text may be one of a state all the same.
                if (command.exitCode() != 0) {
                    assertToldOf(command, file);
                }
                assertThat(damaged.equals("x") || damaged.isEmpty() ? command.exitCode() : 1)
                        .as("%s = '%s'", name, damaged)
                        .isEqualTo(1);
                Files.deleteIfExists(run.resolve("checkpoints/step-000000005.ckpt"));
            }
            Map<String, String> states = new HashMap<>(whole.progress().states());
            states.remove(name);
            write(file, whole.progress().data(), states, whole.task());
            if (!name.equals("EarlyStopping")) {
                assertToldOf(resume(), file);
            }
        }
    }

    @Test
    void shouldNameACheckpointWhosePositionIsDamaged() throws IOException {
        RandomGenerator random = Seed.random(Seed.of(this));
        String position = whole.progress().data();
        for (int i = 0; i < DAMAGED; i++) {
            int at = random.nextInt(position.length());
            char other = (char) (i % 2 == 0 ? ' ' + random.nextInt(95) : random.nextInt(0x300));
            String damaged = position.substring(0, at) + other + position.substring(at + (i % 3 == 0 ? 0 : 1));
            write(file, damaged, whole.progress().states(), whole.task());
            Command command = resume();
            if (command.exitCode() == 1) {
                assertToldOf(command, file);
            } else {
                // Another place, or one of another order, which is wrong use.
                assertThat(command.exitCode())
                        .as("%s: %s", damaged, command.err())
                        .isIn(0, 2);
            }
            Files.deleteIfExists(run.resolve("checkpoints/step-000000005.ckpt"));
        }
    }

    @Test
    void shouldNameACheckpointWhoseTaskMakesNoSense() throws IOException {
        Path place = folder.resolve("steering.ckpt");
        Map<String, String> facts = new LinkedHashMap<>(whole.task().facts());
        facts.put("frames", "four");
        facts.put("side", "seven");
        facts.put("target", "both");
        for (String kind : List.of("steering", "detection", "table")) {
            write(place, "", Map.of(), new TaskDescription(kind, List.of("a"), facts));
            Command eval = Command.run("eval", place, "--data", "sample:line");
            assertThat(eval.exitCode()).as(eval.err()).isIn(1, 2);
            assertThat(eval.errors()).singleElement().asString().doesNotContain("Exception");
        }
    }
}
