package org.batchmill.it.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.it.kafka.TrainerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command packs on a Flink cluster of processes, to which it brings its own jars. */
@Timeout(1800)
@Tag("concurrent")
class PackOnClusterTest {

    /** What judges and engines bring to the class path of these tests, 500 MB that the command does not have when it packs. */
    private static final Pattern NOT_THE_COMMANDS =
            Pattern.compile(".*(tensorflow-core-native|onnxruntime|nd4j-native|pytorch|dnnl)-\\d.*\\.jar");

    @TempDir
    private static Path folder;

    private static FlinkCluster cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = FlinkCluster.start(folder.resolve("cluster"), 2);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    private static TrainerProcess pack(Path log, Object... words) throws IOException {
        String classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(Pattern.quote(java.io.File.pathSeparator)))
                .filter(entry -> !NOT_THE_COMMANDS.matcher(entry).matches())
                .collect(Collectors.joining(java.io.File.pathSeparator));
        List<Object> all = new ArrayList<>(List.of("pack"));
        all.addAll(List.of(words));
        all.addAll(List.of("--runner", "flink", "--flink-master", cluster.master(), "--workers", 2));
        return TrainerProcess.start(log, List.of("-cp", classPath), all.toArray());
    }

    /** The bytes of all shards, by name. */
    private static Map<String, Integer> shards(Path out) throws IOException {
        Map<String, Integer> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".tfrecord")).toList()) {
                all.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    @Test
    void shouldPackImagesToTheSameBytesAsTheDirectRunner() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 300);
        Command.done("pack", "images", voc, "--split", "lists", "--shards", 3, "--out", folder.resolve("direct/d"));
        Path log = folder.resolve("images.log");
        try (TrainerProcess command =
                pack(log, "images", voc, "--split", "lists", "--shards", 3, "--out", folder.resolve("flink/d"))) {
            assertThat(command.await()).as(() -> log + "\n" + said(command)).isZero();
        }
        assertThat(shards(folder.resolve("flink"))).hasSize(6).isEqualTo(shards(folder.resolve("direct")));
    }

    private static String said(TrainerProcess command) {
        try {
            return command.log() + cluster.logs();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
