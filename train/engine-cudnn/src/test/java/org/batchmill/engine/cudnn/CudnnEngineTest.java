package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;
import org.junit.jupiter.api.Test;

/** The engine on the machine that the test runs on, whatever that has. */
class CudnnEngineTest {

    @Test
    void shouldBeFoundAndSayInOneLineWhyItDoesNotRun() {
        assertThat(Engines.installed()).extracting(Engine::name).containsExactly("cudnn");
        assertThat(new CudnnEngine().unavailable()).isNotEmpty().doesNotContain("\n");
        assertThatThrownBy(() -> Engines.named("cudnn"))
                .isInstanceOf(MissingPartException.class)
                .hasMessage("engine cudnn cannot run here: " + new CudnnEngine().unavailable());
        assertThatThrownBy(() -> new CudnnEngine().compile(null)).isInstanceOf(MissingPartException.class);
    }

    @Test
    void shouldEndTheCheckOfTheGpuWithOneLineWhereThereIsNone() {
        assumeFalse(
                Files.exists(Path.of("/dev/nvidia0")),
                "this machine has a GPU: benchmarks/gpu/check.sh runs the check");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int code = GpuCheck.run(new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(3);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("BAD  gpu: no NVIDIA GPU");
    }
}
