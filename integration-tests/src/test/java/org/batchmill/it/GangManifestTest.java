package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The manifest in docs is YAML, and what its parts say of each other agrees. */
class GangManifestTest {

    private static final Path FILE = Path.of("").toAbsolutePath().getParent().resolve("docs/gang/indexed-job.yaml");

    private static final Map<String, JsonNode> BY_KIND = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        YAMLMapper mapper = new YAMLMapper();
        try (MappingIterator<JsonNode> all = mapper.readerFor(JsonNode.class).readValues(FILE.toFile())) {
            for (JsonNode document : all.readAll()) {
                BY_KIND.put(document.at("/kind").asText(), document);
            }
        }
    }

    private static JsonNode job(String place) {
        return BY_KIND.get("Job").at(place);
    }

    private static JsonNode container(String place) {
        return job("/spec/template/spec/containers/0" + place);
    }

    private static String environment(String name) {
        for (JsonNode variable : container("/env")) {
            if (variable.at("/name").asText().equals(name)) {
                return variable.has("value")
                        ? variable.at("/value").asText()
                        : variable.at("/valueFrom/fieldRef/fieldPath").asText();
            }
        }
        return null;
    }

    @Test
    void shouldHaveAServiceWithoutAnAddressAndAnIndexedJob() {
        assertThat(BY_KIND).containsOnlyKeys("Service", "Job");
        assertThat(BY_KIND.get("Service").at("/apiVersion").asText()).isEqualTo("v1");
        assertThat(BY_KIND.get("Service").at("/spec/clusterIP").asText()).isEqualTo("None");
        assertThat(job("/apiVersion").asText()).isEqualTo("batch/v1");
        assertThat(job("/spec/completionMode").asText()).isEqualTo("Indexed");
        assertThat(job("/spec/template/spec/restartPolicy").asText()).isEqualTo("OnFailure");
    }

    @Test
    void shouldHaveAsManyPodsAsRanks() {
        assertThat(job("/spec/completions").asText()).isEqualTo(environment("WORLD_SIZE"));
        assertThat(job("/spec/parallelism").asText()).isEqualTo(environment("WORLD_SIZE"));
        assertThat(environment("RANK")).isEqualTo("metadata.annotations['batch.kubernetes.io/job-completion-index']");
    }

    @Test
    void shouldMeetAtThePodOfRankZero() {
        String service = BY_KIND.get("Service").at("/metadata/name").asText();
        String job = job("/metadata/name").asText();
        assertThat(job("/spec/template/spec/subdomain").asText()).isEqualTo(service);
        assertThat(BY_KIND.get("Service").at("/spec/selector/job-name").asText())
                .isEqualTo(job);
        assertThat(environment("MASTER_ADDR")).isEqualTo(job + "-0." + service);
        assertThat(BY_KIND.get("Service").at("/spec/ports/0/port").asText()).isEqualTo(environment("MASTER_PORT"));
    }

    /** The command is one that the command line takes: it asks for the data, which is not here. */
    @Test
    void shouldStartACommandThatThereIs() {
        String command = container("/args/0")
                .asText()
                .lines()
                .filter(line -> line.contains("exec"))
                .collect(Collectors.joining());
        List<String> words = List.of(
                command.replaceAll(".*/batchmill |\\$resume", "").strip().split(" "));
        assertThat(words).containsSubsequence("train", "--ranks", "env");
        assertThat(Command.run(words.toArray()).errors())
                .containsExactly("batchmill: --ranks env needs RANK in the environment, which is not there");
        String mount = container("/volumeMounts/0/name").asText();
        assertThat(job("/spec/template/spec/volumes/0/name").asText()).isEqualTo(mount);
    }
}
