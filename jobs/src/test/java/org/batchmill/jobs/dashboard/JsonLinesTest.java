package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are told as they were written: one that is not JSON would take the others with it. */
class JsonLinesTest {

    @TempDir
    Path folder;

    @Test
    void shouldCountLinesThatAreNoObjectAndTellTheOthers() throws IOException {
        Files.writeString(
                folder.resolve("lines.jsonl"),
                """
                {"step": 1}
                {"step": 2}{"step": 3}
                {"step": 4} and more
                {"step": 5
                [6]

                {"step": 7}
                """);
        Path real = folder.toRealPath();
        JsonLines.Content content = new JsonLines(new RunFile(real, real, "lines.jsonl"), 10).read();
        assertThat(content.lines()).extracting(JsonLines.Line::step).containsExactly(1L, 7L);
        JsonNode told = new ObjectMapper().readTree(content.json());
        assertThat(told.get("count").asInt()).isEqualTo(2);
        assertThat(told.get("damaged").asInt()).isEqualTo(4);
        assertThat(told.get("lines")).hasSize(2);
    }
}
