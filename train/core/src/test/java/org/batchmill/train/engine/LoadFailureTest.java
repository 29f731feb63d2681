package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadFailureTest {

    @Test
    void shouldTellJarsThatAreMissingFromNativesThatDoNotLoad() {
        assertThat(LoadFailure.line("ND4J", new NoClassDefFoundError("org/nd4j/linalg/factory/Nd4j")))
                .isEqualTo("ND4J's jars are not on this class path, which the launcher makes for one engine: "
                        + "org.nd4j.linalg.factory.Nd4j is missing");
        assertThat(LoadFailure.line("ND4J", new NoClassDefFoundError("Could not initialize class org.nd4j.Nd4j")))
                .isEqualTo(
                        "ND4J's natives do not load: NoClassDefFoundError: Could not initialize class org.nd4j.Nd4j");
        assertThat(LoadFailure.line("oneDNN", new Error(new UnsatisfiedLinkError("no jnidnnl\nin path"))))
                .isEqualTo("oneDNN's natives do not load: UnsatisfiedLinkError: no jnidnnl");
    }
}
