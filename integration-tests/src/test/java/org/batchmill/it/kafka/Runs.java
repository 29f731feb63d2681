package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;

/** Reads what runs leave behind. */
final class Runs {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Runs() {}

    /** The ids that each step learnt, from step 1 on. */
    static List<List<String>> history(Path run) throws IOException {
        List<List<String>> steps = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("history.jsonl"))) {
            JsonNode step = JSON.readTree(line);
            assertThat(step.get("step").asInt()).isEqualTo(steps.size() + 1);
            List<String> ids = new ArrayList<>();
            step.get("samples").forEach(sample -> ids.add(sample.get("id").asText()));
            steps.add(ids);
        }
        return steps;
    }

    /**
     * The ids that running trainers have learnt so far. A run that goes back to a checkpoint takes some of its ids back, so a number of
     * them says nothing: what is waited for is which they are.
     */
    static List<String> learntSoFar(Path... runs) throws IOException {
        List<String> ids = new ArrayList<>();
        for (Path run : runs) {
            Path history = run.resolve("history.jsonl");
            String text = Files.exists(history) ? Files.readString(history) : "";
            // The last line may be half written.
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                JSON.readTree(line)
                        .get("samples")
                        .forEach(sample -> ids.add(sample.get("id").asText()));
            }
        }
        return ids;
    }

    /** All ids in the order in which they were learnt. */
    static List<String> learnt(Path run) throws IOException {
        return history(run).stream().flatMap(List::stream).toList();
    }

    /** The checkpoints of a run, newest first. */
    static List<Path> checkpoints(Path run) throws IOException {
        return new CheckpointFolder(run.resolve("checkpoints"), 3).list();
    }

    static Checkpoint last(Path run) throws IOException {
        return CheckpointFile.read(checkpoints(run).get(0));
    }

    /** Bit for bit: parameters, their averages and the optimizer's slots. */
    static void expectSameWeights(Path one, Path other) throws IOException {
        Checkpoint a = last(one);
        Checkpoint b = last(other);
        assertThat(b.progress().step()).isEqualTo(a.progress().step());
        assertThat(b.progress().samples()).isEqualTo(a.progress().samples());
        a.parameters()
                .forEach((name, values) ->
                        assertThat(b.parameters().get(name)).as(name).isEqualTo(values));
        a.average()
                .forEach((name, values) ->
                        assertThat(b.average().get(name)).as(name).isEqualTo(values));
        a.slots()
                .forEach((name, slots) -> slots.forEach(
                        (slot, values) -> assertThat(b.slots().get(name).get(slot))
                                .as(name + " " + slot)
                                .isEqualTo(values)));
    }
}
