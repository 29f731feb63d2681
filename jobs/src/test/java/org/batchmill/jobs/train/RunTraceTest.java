package org.batchmill.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTraceTest {

    @TempDir
    Path folder;

    private Path run;
    private Path file;

    @BeforeEach
    void make() throws IOException {
        run = Files.createDirectories(folder.resolve("run"));
        file = folder.resolve("asked.json");
    }

    private void write(Path where, boolean begun) throws IOException {
        try (RunTrace trace = new RunTrace(where, run)) {
            if (begun) {
                trace.begin();
            }
            trace.writer().span("training", "step", "step 1", System.nanoTime(), 1000);
        }
    }

    @Test
    void shouldBeInTheRunFolderToo() throws IOException {
        Files.writeString(run.resolve("trace.json"), "of an earlier session");
        write(file, true);

        assertThat(run.resolve("trace.json")).hasSameBinaryContentAs(file);
        assertThat(Files.readString(file)).contains("step 1");
    }

    @Test
    void shouldStayWhereItIsIfThatIsTheRunFolder() throws IOException {
        write(run.resolve("../run/trace.json"), true);

        assertThat(Files.readString(run.resolve("trace.json"))).contains("step 1");
    }

    @Test
    void shouldLeaveTheRunFolderAloneWhereTheTrainingWasRefused() throws IOException {
        Files.writeString(run.resolve("trace.json"), "of an earlier session");
        write(file, false);

        assertThat(Files.readString(run.resolve("trace.json"))).isEqualTo("of an earlier session");
    }
}
