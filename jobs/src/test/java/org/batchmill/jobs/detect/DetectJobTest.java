package org.batchmill.jobs.detect;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.batchmill.jobs.JobListener;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;

class DetectJobTest {

    @Test
    void shouldAskAProgramWhatIsToBeLookedAt() {
        DetectOptions options = new DetectOptions();
        options.model = "shapes";
        assertThatThrownBy(() -> DetectJob.run(options, result -> {}, JobListener.SILENT))
                .isInstanceOf(UsageException.class)
                .hasMessage("images is missing: what is to be looked at?");
        assertThatThrownBy(() -> DetectJob.preview(options)).isInstanceOf(UsageException.class);
    }
}
