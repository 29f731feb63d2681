package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a training takes outside the heap does not grow with its steps. The heap is taken whole at the start, so that the resident memory of the
 * process is what is watched; the first steps, checkpoints and evaluations take what they need once. The JVM's second compiler, which takes
 * ten megabytes now and then for as long as an hour and gives them back to an allocator that keeps them, is left out.
 */
@Tag("long")
@Tag("concurrent")
class MemoryOverTimeTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int WARM = 500;
    private static final int STEPS = 1500;
    private static final int EVERY = 100;

    /** In KiB: 8 KiB a step. A batch that were kept at each step would be 600, an image 150. */
    private static final long BOUND = 8 << 10;

    @TempDir
    Path folder;

    private Path launcher;

    /** As it is installed: the script beside its jars, without sources to build. */
    @BeforeEach
    void install() throws IOException {
        Path jars = ROOT.resolve("cli/target/dist/lib");
        assumeTrue(Files.isDirectory(jars), "the command's jars are not built");
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "resident memory is read from Linux's /proc");
        Path home = Files.createDirectory(folder.resolve("installed"));
        launcher = Files.copy(ROOT.resolve("batchmill"), home.resolve("batchmill"));
        Files.createSymbolicLink(home.resolve("lib"), jars);
    }

    @Test
    void shouldNotGrowOutsideTheHeap() throws Exception {
        Path shapes = folder.resolve("shapes");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 60).exitCode())
                .isZero();
        Path run = folder.resolve("run");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        launcher.toString(),
                        "train",
                        "yolo",
                        "--engine",
                        "onednn",
                        "--data",
                        shapes.toString(),
                        "--model",
                        "yolo-v1-mini",
                        "--batch",
                        "4",
                        "--steps",
                        Integer.toString(STEPS),
                        "--evaluate-steps",
                        "250",
                        "--checkpoint-steps",
                        Integer.toString(EVERY),
                        "--run",
                        run.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile());
        builder.environment()
                .put("BATCHMILL_JAVA_OPTS", "-Xms256m -Xmx256m -XX:+AlwaysPreTouch -XX:TieredStopAtLevel=1");
        Process training = builder.start();
        List<Long> resident = new ArrayList<>();
        for (int step = WARM; step < STEPS; step += EVERY) {
            int its = step;
            Await.until("step " + step, () -> !training.isAlive() || isDone(run, its));
            if (training.isAlive()) {
                resident.add(resident(training.pid()));
            }
        }
        int code = training.waitFor();
        assertThat(code).as(Files.readString(folder.resolve("out.txt"))).isZero();
        System.out.println("resident memory in KiB from step " + WARM + " on, each " + EVERY + " steps: " + resident);
        assertThat(resident).hasSizeGreaterThan(5);
        assertThat(resident.get(resident.size() - 1) - resident.get(0)).isLessThan(BOUND);
    }

    /** Whether the checkpoint of a step, or of a later one, is there: older ones are removed. */
    private static boolean isDone(Path run, int step) {
        try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("step-\\d+\\.ckpt"))
                    .anyMatch(name -> Integer.parseInt(name.substring(5, 14)) >= step);
        } catch (IOException e) {
            return false;
        }
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
