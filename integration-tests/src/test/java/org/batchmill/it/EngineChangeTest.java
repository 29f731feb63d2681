package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that one engine begins goes on with any other, both ways, and learns what it would have learnt: the engines have the same batches,
 * random numbers, rules and slots, and differ in roundings. Each engine is a process of its own.
 */
@Tag("long")
@Tag("concurrent")
class EngineChangeTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final List<String> ENGINES = List.of("onednn", "nd4j", "torch");
    private static final String HALF = "4";
    private static final String WHOLE = "8";

    @TempDir
    Path folder;

    private Path launcher;

    /** As it is installed with every engine: the script beside the jars, without sources to build. */
    @BeforeEach
    void install() throws IOException {
        Path jars = ROOT.resolve("cli/target/dist/lib");
        Path torch = ROOT.resolve("train/engine-torch/target/engine");
        assumeTrue(Files.isDirectory(jars), "the command's jars are not built");
        assumeTrue(Files.isDirectory(torch), "the jars of engine torch are not built");
        Path home = Files.createDirectory(folder.resolve("installed"));
        launcher = Files.copy(ROOT.resolve("batchmill"), home.resolve("batchmill"));
        Path lib = Files.createDirectory(home.resolve("lib"));
        try (Stream<Path> files = Files.list(jars)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith("engine-torch")) {
                    Files.createSymbolicLink(lib.resolve(name), file);
                }
            }
        }
        Files.createSymbolicLink(lib.resolve("engine-torch"), torch);
    }

    private Path train(String engine, String steps, Path run, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                launcher.toString(),
                "train",
                "digits",
                "--data",
                "sample:digits",
                "--batch",
                "16",
                "--lr",
                "1e-4",
                "--schedule",
                "constant",
                "--engine",
                engine,
                "--steps",
                steps,
                "--run",
                run.toString()));
        command.addAll(List.of(more));
        Path output = Files.createTempFile(folder, "out", ".txt");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertThat(code).as("%s: %s", command, Files.readString(output)).isZero();
        return run;
    }

    private static Checkpoint last(Path run) throws IOException {
        return CheckpointFile.read(run.resolve("checkpoints/step-00000000" + WHOLE + ".ckpt"));
    }

    private static Path copy(Path run, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(run.relativize(file).toString()));
            }
        }
        return to;
    }

    @Test
    void shouldGoOnWithAnyOtherEngine() throws Exception {
        Map<String, Path> halves = new HashMap<>();
        for (String engine : ENGINES) {
            halves.put(engine, train(engine, HALF, folder.resolve(engine)));
        }
        Checkpoint whole = last(train("onednn", WHOLE, folder.resolve("whole")));
        for (String from : ENGINES) {
            for (String to : ENGINES) {
                Path run = copy(halves.get(from), folder.resolve(from + "-" + to));
                Checkpoint changed = last(train(to, WHOLE, run, "--resume"));
                whole.parameters().forEach((name, values) -> assertThat(
                                difference(changed.parameters().get(name), values))
                        .as("%s, begun by %s, ended by %s", name, from, to)
                        .isLessThan(2e-3));
            }
        }
    }

    /** The largest difference beside the largest value. */
    private static double difference(float[] actual, float[] expected) {
        double largest = 0;
        double apart = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            apart = Math.max(apart, Math.abs(actual[i] - expected[i]));
        }
        return apart / largest;
    }
}
