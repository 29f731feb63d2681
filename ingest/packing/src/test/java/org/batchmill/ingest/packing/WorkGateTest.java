package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkGateTest {

    @TempDir
    private Path folder;

    @Test
    void shouldLetNoWorkBeginThatComesWhenItsJobHasEnded() throws IOException {
        String job = WorkGate.newJob();
        try (WorkGate gate = WorkGate.open(job)) {
            assertThat(WorkGate.of(job, new Journal(folder))).isSameAs(gate);
            gate.begin();
            gate.end();
            assertThat(WorkGate.hasEnded(job)).isFalse();
        }
        assertThat(WorkGate.hasEnded(job)).isTrue();
        assertThatThrownBy(WorkGate.of(job, new Journal(folder))::begin).isInstanceOf(CancellationException.class);
        try (WorkGate next = WorkGate.open(WorkGate.newJob())) {
            next.begin();
            next.end();
            assertThatThrownBy(WorkGate.of(job, new Journal(folder))::begin).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void shouldLetWorkBeginThatAnotherProcessSentAsLongAsItGoesOn() throws IOException {
        Journal journal = new Journal(folder);
        String job = "another process/its job";
        journal.signs(job).begin();
        WorkGate gate = WorkGate.of(job, journal);
        gate.begin();
        gate.end();

        journal.signs(job).end();
        assertThatThrownBy(WorkGate.of(job, journal)::begin).isInstanceOf(CancellationException.class);
        journal.signs("the next job").begin();
        assertThatThrownBy(WorkGate.of(job, journal)::begin).isInstanceOf(CancellationException.class);
    }

    @Test
    void shouldTellWhoBeganTheJobWhatIsWrongWithTheData() throws Exception {
        Journal journal = new Journal(folder);
        JobSigns signs = journal.signs("another process/its job");
        signs.begin();
        WorkGate gate = WorkGate.of("another process/its job", journal);
        DataException bad = new DataException(DataException.Kind.CORRUPT, "a.jpg", "no image");

        assertThatThrownBy(() -> gate.pass(() -> {
                    throw bad;
                }))
                .isSameAs(bad);

        assertThat(signs.failure()).get().hasToString(bad.toString());
        signs.begin();
        assertThat(signs.failure()).isEmpty();
    }

    @Test
    void shouldNameAJournalThatAWorkerDoesNotSee() {
        Journal elsewhere = new Journal(folder.resolve("elsewhere"));
        assertThatThrownBy(WorkGate.of("another process/its job", elsewhere)::begin)
                .isInstanceOf(DataException.class)
                .hasMessage(folder.resolve("elsewhere") + ": missing: a worker does not see it: the output must lie"
                        + " where all machines of the cluster see it");
    }
}
