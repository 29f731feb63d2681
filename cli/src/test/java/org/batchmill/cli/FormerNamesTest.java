package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

class FormerNamesTest {

    @Test
    void shouldStillReadNamesOfOldOnTheCommandLine() {
        assertThat(FormerNames.replaced("train", "--holdout", ".2", "--hold-out=.1", "--data", "--holdouts"))
                .containsExactly("train", "--val-share", ".2", "--val-keys=.1", "--data", "--holdouts");
    }

    @Test
    void shouldStillReadTheConfigurationOfOlderRuns() throws Exception {
        ObjectNode values = (ObjectNode) new YAMLMapper().readTree("holdout: 0.2\nhold-out: 0.1\nval-keys: 0.3\n");

        FormerNames.replaceIn(values);

        assertThat(values.toString()).isEqualTo("{\"val-keys\":0.3,\"val-share\":0.2}");
    }
}
