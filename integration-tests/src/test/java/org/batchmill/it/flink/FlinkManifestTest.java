package org.batchmill.it.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.it.Command;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The manifest in docs is YAML, and what its parts say of each other agrees. */
class FlinkManifestTest {

    private static final Path FILE = Path.of("").toAbsolutePath().getParent().resolve("docs/ingest/flink-session.yaml");

    private static final Map<String, JsonNode> PARTS = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        YAMLMapper mapper = new YAMLMapper();
        try (MappingIterator<JsonNode> all = mapper.readerFor(JsonNode.class).readValues(FILE.toFile())) {
            for (JsonNode document : all.readAll()) {
                JsonNode metadata = document.at("/metadata");
                String name = metadata.at(metadata.has("name") ? "/name" : "/generateName")
                        .asText();
                PARTS.put(document.at("/kind").asText() + " " + name, document);
            }
        }
    }

    private static JsonNode pods(String deployment) {
        return PARTS.get("Deployment " + deployment).at("/spec/template");
    }

    private static JsonNode settings() throws IOException {
        return new YAMLMapper()
                .readTree(PARTS.get("ConfigMap batchmill-flink")
                        .at("/data/flink-conf.yaml")
                        .asText());
    }

    @Test
    void shouldHaveASessionClusterAndAJobThatPacksOnIt() {
        assertThat(PARTS.keySet())
                .containsExactlyInAnyOrder(
                        "ConfigMap batchmill-flink",
                        "Service batchmill-jobmanager",
                        "Deployment batchmill-jobmanager",
                        "Deployment batchmill-taskmanager",
                        "Job batchmill-pack-");
        assertThat(PARTS.get("Job batchmill-pack-").at("/apiVersion").asText()).isEqualTo("batch/v1");
    }

    @Test
    void shouldLeadToTheJobManager() throws IOException {
        JsonNode service = PARTS.get("Service batchmill-jobmanager");
        assertThat(settings().get("jobmanager.rpc.address").asText()).isEqualTo("batchmill-jobmanager");
        assertThat(service.at("/spec/selector"))
                .isEqualTo(pods("batchmill-jobmanager").at("/metadata/labels"));
        for (String name : List.of("batchmill-jobmanager", "batchmill-taskmanager")) {
            assertThat(PARTS.get("Deployment " + name).at("/spec/selector/matchLabels"))
                    .isEqualTo(pods(name).at("/metadata/labels"));
            assertThat(pods(name).at("/spec/volumes/0/configMap/name").asText()).isEqualTo("batchmill-flink");
        }
    }

    @Test
    void shouldSeeTheDataUnderOnePathEverywhere() {
        JsonNode worker = pods("batchmill-taskmanager").at("/spec");
        JsonNode starter = PARTS.get("Job batchmill-pack-").at("/spec/template/spec");
        assertThat(worker.at("/containers/0/volumeMounts/1")).isEqualTo(starter.at("/containers/0/volumeMounts/0"));
        assertThat(worker.at("/volumes/1")).isEqualTo(starter.at("/volumes/0"));
    }

    /** It names a cluster that is not here, and asks for as many workers as that one has slots. */
    @Test
    void shouldStartACommandThatThereIs() throws IOException {
        List<String> words = new ArrayList<>();
        PARTS.get("Job batchmill-pack-")
                .at("/spec/template/spec/containers/0/args")
                .forEach(word -> words.add(word.asText()));
        int slots = settings().get("taskmanager.numberOfTaskSlots").asInt()
                * PARTS.get("Deployment batchmill-taskmanager")
                        .at("/spec/replicas")
                        .asInt();
        assertThat(words.get(words.indexOf("--workers") + 1)).isEqualTo(Integer.toString(slots));
        assertThat(words).containsSubsequence("--flink-master", "batchmill-jobmanager:8081");
        assertThat(Command.run(words.toArray()).errors())
                .singleElement()
                .asString()
                .startsWith("batchmill: /work/photos: missing: ");
    }
}
