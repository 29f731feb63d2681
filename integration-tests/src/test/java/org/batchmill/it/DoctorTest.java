package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the doctor says of a machine on which trainings run: this one. */
class DoctorTest {

    @Test
    void shouldFindEverythingThatTheTestsTrainWith() {
        Command doctor = Command.run("doctor");
        assertThat(doctor.exitCode()).as(doctor.out()).isZero();
        assertThat(doctor.out().lines())
                .allMatch(line -> line.startsWith("ok   "))
                .anyMatch(line -> line.matches("ok +opencv +[0-9.]+"))
                .anyMatch(line -> line.matches("ok +nd4j .*a test convolution is off by .*"));
        assertThat(doctor.out()).doesNotContain("\\u", "\0");
    }
}
