package org.batchmill.train.tune;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The results of a search, of any content: what they said, or a data error that names the line. */
class SearchFuzzTest {

    @TempDir
    private Path folder;

    private static Fuzz fuzz() {
        String good =
                """
                {"values":{"lr":"0.1","batch":"5"},"fold":0,"score":"0.25"}
                {"values":{"lr":"0.1","batch":"5"},"fold":1,"score":"NaN"}
                """;
        return Fuzz.of(DataException.class, "search-results", List.of(good.getBytes(UTF_8)))
                .words("{", "}", "[", "\n", "\"", "null", "1e999", "9".repeat(1200), "{\"a\":", "\\u0000", "\u00ff");
    }

    private void parse(byte[] input) throws IOException {
        new Search(Files.write(folder.resolve("results.jsonl"), input), 1, 1).read();
    }

    @Test
    void shouldReadOrRefuseDamagedResults() {
        fuzz().inputs(200, this, this::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedResults() {
        fuzz().seconds(Fuzz.seconds(), this, this::parse);
    }
}
