package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class WorkGateTest {

    @Test
    void shouldLetNoWorkBeginThatComesWhenItsJobHasEnded() {
        String job = WorkGate.newJob();
        try (WorkGate gate = WorkGate.open(job)) {
            assertThat(WorkGate.of(job)).isSameAs(gate);
            gate.begin();
            gate.end();
            assertThat(WorkGate.hasEnded(job)).isFalse();
        }
        assertThat(WorkGate.hasEnded(job)).isTrue();
        assertThatThrownBy(WorkGate.of(job)::begin).isInstanceOf(CancellationException.class);
        try (WorkGate next = WorkGate.open(WorkGate.newJob())) {
            next.begin();
            next.end();
            assertThatThrownBy(WorkGate.of(job)::begin).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void shouldLetWorkBeginThatAnotherProcessSent() {
        WorkGate gate = WorkGate.of("another process/its job");
        gate.begin();
        gate.end();
    }
}
