package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README and docs/kafka.md tell people to type about topics does what it says, one line after the other, on little data. */
@ExtendWith(SharedBroker.class)
@Tag("concurrent")
@Tag("long")
@Timeout(1800)
class TopicCommandsTest {

    private static final Path ROOT = Path.of("..");

    /** What stands for data that people have. */
    private static final Map<String, String> DATA = Map.of(
            "../shared/data/mnist", "sample:digits",
            "photos", "out/shapes",
            "drives", "out/road",
            "RBC,WBC,Platelets", "circle,square,triangle");

    @TempDir
    Path folder;

    @BeforeEach
    void drawData() {
        Command.done("sample", "shapes", folder.resolve("out/shapes"), "--count", 24);
        Command.done("sample", "road", folder.resolve("out/road"), "--count", 24);
    }

    /** The lines that name a broker or a topic, in their order. */
    private static List<String> commands(String page) throws Exception {
        return Files.readString(ROOT.resolve(page))
                .replaceAll("\\\\\n\\s*", "")
                .lines()
                .map(String::strip)
                .filter(line ->
                        line.startsWith("./batchmill ") && (line.contains(" --bootstrap ") || line.contains(" kafka:")))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/kafka.md"})
    void shouldDoWhatThePageSays(String page, KafkaBroker broker) throws Exception {
        List<String> commands = commands(page);
        for (String command : List.of("produce", "train digits", "train yolo", "train steering", "detect", "drive")) {
            assertThat(commands).as(page).anyMatch(line -> line.startsWith("./batchmill " + command + " "));
        }
        for (String line : commands) {
            // The pages name topics alike: each has its own here.
            String topics = page.replaceAll("\\W", "-");
            List<Object> words = new ArrayList<>();
            for (String word : line.substring("./batchmill ".length()).split(" +", -1)) {
                String one = DATA.getOrDefault(word, word);
                one = one.equals("localhost:9092") ? broker.bootstrap() : one;
                one = one.startsWith("kafka:") ? one + topics : one;
                boolean topic = !words.isEmpty()
                        && (words.get(words.size() - 1).equals("--topic") || words.equals(List.of("pack", "kafka")));
                one = topic ? one + topics : one;
                words.add(one.startsWith("out/") ? folder.resolve(one) : one);
            }
            shorten(words);
            Command command = Command.run(words.toArray());
            assertThat(command.exitCode()).as("%s: %s", line, command.err()).isZero();
        }
    }

    private static void shorten(List<Object> words) {
        switch (words.get(0).toString()) {
            case "produce" -> set(words, "--count", 60);
            case "train" -> {
                boolean resumed = words.contains("--resume");
                set(words, "--steps", resumed ? 4 : 2);
                if (!resumed) {
                    set(words, "--batch", 4);
                    set(words, "--shuffle", "window:16");
                    set(words, "--block-seconds", 1);
                }
                if (words.get(1).equals("yolo")) {
                    set(words, "--model", "yolo-v1-mini");
                }
            }
            case "detect", "predict", "drive" -> set(words, "--idle", 1);
            default -> {
                // As it is.
            }
        }
    }

    private static void set(List<Object> words, String option, Object value) {
        int at = words.indexOf(option);
        if (at >= 0) {
            words.subList(at, at + 2).clear();
        }
        words.addAll(List.of(option, value));
    }
}
