package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher where there is next to nothing: an empty native cache and an empty home, the locale of containers, a working folder that
 * nobody can write to, 256 file descriptors and 256 MB of heap.
 */
@Tag("concurrent")
class BareMachineTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int DESCRIPTORS = 256;
    private static final int MISSING_PART = 3;

    @TempDir
    Path folder;

    private Path launcher;

    private record Ended(int code, String out, String err) {}

    /** As it is installed: the script beside its jars, without sources to build. */
    @BeforeEach
    void install() throws IOException {
        Path jars = ROOT.resolve("cli/target/dist/lib");
        assumeTrue(Files.isDirectory(jars), "the command's jars are not built");
        assumeTrue(
                Files.isDirectory(Path.of("/proc/self")),
                "a working folder that even root cannot write to is Linux's /proc");
        Path home = Files.createDirectory(folder.resolve("installed"));
        launcher = Files.copy(ROOT.resolve("batchmill"), home.resolve("batchmill"));
        Files.createSymbolicLink(home.resolve("lib"), jars);
    }

    @Test
    void shouldSayInOneLineThatTooFewFilesMayBeOpen() throws Exception {
        Ended ended = start(64, List.of("--version"));
        assertThat(ended.code()).isEqualTo(MISSING_PART);
        assertThat(ended.err()).isEqualTo("batchmill: 64 files may be open at once (ulimit -Hn): 256 are needed\n");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void shouldTrainOnNextToNothing() throws Exception {
        succeed("sample", "shapes", folder.resolve("shapes"), "--count", 8);
        succeed(yolo());
    }

    @Tag("long")
    @Test
    void shouldRunEveryCommandOnNextToNothing() throws Exception {
        Path shapes = folder.resolve("shapes");
        Path road = folder.resolve("road");
        Path run = folder.resolve("run");
        Path steering = folder.resolve("steering");
        succeed("sample", "shapes", shapes, "--count", 8);
        succeed("sample", "road", road, "--count", 12);
        succeed("check", shapes, "--sheet", folder.resolve("sheet.png"));
        succeed("pack", "images", shapes, "--out", folder.resolve("packed/x"), "--shards", 1);
        succeed("pack", "video", road, "--out", folder.resolve("frames"), "--size", "66x200");
        succeed("verify", folder.resolve("packed"));
        succeed(yolo());
        succeed("eval", run, "--data", shapes);
        succeed("detect", run, shapes.resolve("JPEGImages"), "--out", folder.resolve("drawn"));
        succeed("train", "steering", "--data", road, "--steps", 2, "--batch", 2, "--run", steering);
        succeed("drive", steering, road.resolve("epoch01_front.mp4"), "--out", folder.resolve("drive.mp4"));
        Path npz = folder.resolve("model.npz");
        succeed("export", run, "--to", "npz", "--out", npz);
        succeed("import", npz, "--from", "npz", "--init", run, "--out", folder.resolve("mixed.ckpt"));
        succeed("compress", run, "--prune", ".5", "--out", folder.resolve("small.ckpt"));
        succeed(
                "tune",
                "table",
                "--data",
                "sample:table",
                "--folds",
                2,
                "--search",
                "batch=20,50",
                "--epochs",
                1,
                "--run",
                folder.resolve("tune"));
        succeed("inspect", run.resolve("checkpoints/best.ckpt"));
        succeed("augment-preview", shapes, "--out", folder.resolve("preview.png"));
        succeed("bench", "input", "--data", shapes, "--batch", 2, "--seconds", 1);
        succeed("bench", "train", "--model", "yolo-v1-mini", "--batch", 2, "--seconds", 1);
        for (String engine : List.of("nd4j", "onednn")) {
            succeed(
                    "train",
                    "digits",
                    "--data",
                    "sample:digits",
                    "--steps",
                    2,
                    "--run",
                    folder.resolve(engine),
                    "--engine",
                    engine);
        }
        Ended produce = start(DESCRIPTORS, List.of("produce", shapes, "--topic", "t", "--bootstrap", "127.0.0.1:1"));
        assertThat(produce.code()).isEqualTo(1);
        assertThat(produce.err().lines()).hasSize(1);
        // It may find something amiss, such as the heap; it must end and say what.
        assertThat(start(DESCRIPTORS, List.of("doctor")).out()).contains("onednn");
    }

    private Object[] yolo() {
        return new Object[] {
            "train",
            "yolo",
            "--data",
            folder.resolve("shapes"),
            "--model",
            "yolo-v1-mini",
            "--steps",
            2,
            "--batch",
            2,
            "--run",
            folder.resolve("run")
        };
    }

    private void succeed(Object... words) throws Exception {
        Ended ended = start(DESCRIPTORS, List.of(words));
        assertThat(ended.code()).as("%s: %s", List.of(words), ended.err()).isZero();
    }

    private Ended start(int descriptors, List<Object> words) throws Exception {
        Path home = Files.createTempDirectory(folder, "home");
        Path cache = Files.createTempDirectory(folder, "cache");
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>(List.of(
                "bash", "-c", "ulimit -n " + descriptors + " && cd /proc && exec \"$0\" \"$@\"", launcher.toString()));
        words.forEach(word -> command.add(word.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        path,
                        "HOME",
                        home.toString(),
                        "LC_ALL",
                        "C",
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "BATCHMILL_JAVA_OPTS",
                        "-Xmx256m -Dorg.bytedeco.javacpp.cachedir=" + cache));
        int code = builder.start().waitFor();
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).as("nothing is written to the home").isEmpty();
        }
        return new Ended(code, Files.readString(out), Files.readString(err));
    }
}
