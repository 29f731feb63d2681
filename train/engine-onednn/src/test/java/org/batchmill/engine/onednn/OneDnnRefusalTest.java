package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineRefusalTest;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;

class OneDnnRefusalTest extends EngineRefusalTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }

    @Override
    protected Network refused() {
        return new Network(
                "vast",
                new Shape(1, 1, 1),
                List.of(new Layer.Upsample("up", 24_000, 24_000, Layer.Upsample.Mode.NEAREST)));
    }

    @Override
    protected String refusal() {
        return "is larger than Java can look at";
    }

    @Override
    protected String refusalOfTf32() {
        return "tf32 is the arithmetic of GPUs from Ampere on; a CPU has float32 and bfloat16";
    }

    @Test
    void shouldRefuseMoreRandomNumbersThanAnArrayHolds() {
        Network network = new Network("wide", Shape.vector(4), List.of(new Layer.Dropout("drop", .5f)));
        ProgramSpec spec = ProgramSpec.training(
                network,
                ProgramSpec.InputFormat.FLOAT32_NCHW,
                600_000_000,
                new MeanSquaredError(),
                new Optimizer.Sgd(),
                1);

        assertThatThrownBy(() -> engine().compile(spec))
                .isInstanceOf(UsageException.class)
                .hasMessage("drop: 2400000000 random numbers are more than Java can look at; take a smaller batch");
    }
}
