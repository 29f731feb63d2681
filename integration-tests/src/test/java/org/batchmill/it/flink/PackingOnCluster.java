package org.batchmill.it.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Await;

/**
 * The command that packs on a cluster, in processes of its own, as on a terminal.
 *
 * @param cluster     to which it brings its own jars
 * @param folder      for logs
 * @param environment what it has more than this process has
 */
record PackingOnCluster(FlinkProcesses cluster, Path folder, Map<String, String> environment) {

    /** What judges and engines bring to the class path of these tests, 600 MB that the command does not have when it packs. */
    private static final Pattern NOT_THE_COMMANDS =
            Pattern.compile(".*/(tensorflow|onnxruntime|nd4j|pytorch|dnnl|scala|archunit|kafka_|selenium)[^/]*\\.jar");

    TrainerProcess start(String log, Object... words) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> !NOT_THE_COMMANDS.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> options = List.of("-cp", classPath, "-Dbatchmill.terminal=true");
        List<Object> all = new ArrayList<>(List.of("pack"));
        all.addAll(List.of(words));
        all.addAll(List.of("--runner", "flink", "--flink-master", cluster.master(), "--workers", 2));
        return TrainerProcess.start(folder.resolve(log + ".log"), options, environment, all.toArray());
    }

    void end(TrainerProcess command) throws Exception {
        int code = command.await();
        assertThat(code).as(command.log() + cluster.logs()).isZero();
    }

    /** Kills the first task manager when it has begun and the progress that is shown says that not all is done. */
    void killOne(TrainerProcess command, Callable<Boolean> begun, String progress) throws Exception {
        Await.until("the first entry", () -> command.hasCome(begun));
        cluster.pause(0);
        Await.until(
                "progress is shown", () -> command.hasCome(() -> command.log().matches(progress)));
        assertThat(command.isAlive()).isTrue();
        cluster.kill(0);
        Await.until(
                "the job starts again",
                () -> command.hasCome(() -> command.log().contains("the job is sent to the cluster again")));
    }

    /** The bytes of all shards that lie on this machine, by name. */
    static Map<String, Integer> shards(Path out) throws IOException {
        Map<String, Integer> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".tfrecord")).toList()) {
                all.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    /** The lines of errors that a command wrote. */
    static List<String> errors(TrainerProcess command) throws IOException {
        return command.log()
                .lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1))
                .filter(line -> line.startsWith("batchmill: "))
                .toList();
    }
}
