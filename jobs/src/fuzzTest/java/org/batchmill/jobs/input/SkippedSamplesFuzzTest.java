package org.batchmill.jobs.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of the samples that a run left out, of any content: lines that are none are passed over, and count for no sample. */
class SkippedSamplesFuzzTest {

    @TempDir
    private Path folder;

    private static Fuzz fuzz() {
        String good =
                """
                {"sample":"a.jpg","epoch":0,"cause":"a.jpg: truncated","quarantine":false}
                {"sample":"b.jpg","cause":"b.jpg: corrupt","quarantine":true}
                """;
        return Fuzz.of(DataException.class, "skipped-samples", List.of(good.getBytes(UTF_8)))
                .words("{", "}", "[", "\n", "\"", "null", "9".repeat(1200), "{\"a\":", "\\u0000", "\u00ff");
    }

    private void parse(byte[] input) throws IOException {
        Files.write(folder.resolve(SkippedSamples.FILE), input);
        long lines = new String(input, UTF_8).lines().count();
        assertThat(new SkippedSamples(folder, new InputOptions(), new JobListener() {}).count())
                .isBetween(0L, lines);
    }

    @Test
    void shouldReadADamagedList() {
        fuzz().inputs(200, this, this::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadManyDamagedLists() {
        fuzz().seconds(Fuzz.seconds(), this, this::parse);
    }

    @Test
    void shouldCountNoSampleForALineThatNamesNone() throws IOException {
        parse("{\"sample\":\"a.jpg\"}\n\n5\n{}\n{\"sample\":".getBytes(UTF_8));
        assertThat(new SkippedSamples(folder, new InputOptions(), new JobListener() {}).count())
                .isEqualTo(1);
    }
}
