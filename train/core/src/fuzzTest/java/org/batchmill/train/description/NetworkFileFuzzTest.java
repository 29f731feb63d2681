package org.batchmill.train.description;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptions of any content: a network, or a data error that names the file. */
class NetworkFileFuzzTest {

    private static final String DESCRIPTION =
            """
            input: 3x32x24
            layers:
              - scale: {multiply: 0.5, add: -1}
              - conv: stem
                filters: 16
                kernel: [3, 5]
                stride: 2
                padding: [1, 2, 1, 2]
              - relu
              - conv: body
                filters: 16
                kernel: 3
                groups: 4
              - add: sum
                from: [body, relu1]
              - upsample: {factor: 2}
              - global-average-pool
              - dense: out
                units: classes
            """;

    @TempDir
    private Path folder;

    private void parse(byte[] input) throws IOException {
        NetworkFile.read(Files.write(folder.resolve("fuzz.yaml"), input), 10);
    }

    private static Fuzz fuzz() {
        return Fuzz.of(DataException.class, "network", List.of(DESCRIPTION.getBytes(StandardCharsets.UTF_8)))
                .words("  - relu\n", "1048576", "1024", "from: [", "{", "&a ", "*a", "!!", "? ", "- ", ": ", "upsample", "\n");
    }

    @Test
    void shouldReadOrRefuseDamagedDescriptions() {
        fuzz().inputs(300, this, this::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedDescriptions() {
        fuzz().seconds(Fuzz.seconds(), this, this::parse);
    }
}
