package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.GraphNetworks;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpec.InputFormat;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Bfloat16Test {

    private static ProgramSpec bfloat16() {
        return StepFixture.spec().toBuilder()
                .precision(ProgramSpec.Precision.BFLOAT16)
                .build();
    }

    @Test
    void shouldLearnAsFloat32DoesWithActivationsInBfloat16() {
        assumeTrue(Natives.hasBfloat16(), () -> "this CPU has " + Natives.instructionSet() + ", no bfloat16");
        OneDnnEngine engine = new OneDnnEngine();
        try (Program exact = engine.compile(StepFixture.spec());
                Program rounded = engine.compile(bfloat16())) {
            double expected = new StepFixture().train(exact, 60);
            assertThat(new StepFixture().train(rounded, 60)).isCloseTo(expected, within(.05));
            assertThat(expected).isLessThan(.1);
            assertThat(rounded.plan())
                    .anyMatch(line -> line.contains("conv2 output bf16"))
                    .anyMatch(line -> line.contains("conv2/weights f32"));
        }
    }

    static Stream<String> graphs() {
        return GraphNetworks.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void shouldRunNetworksThatBranchInBfloat16(String name) {
        assumeTrue(Natives.hasBfloat16(), () -> "this CPU has " + Natives.instructionSet() + ", no bfloat16");
        Network network = GraphNetworks.all().get(name);
        ProgramSpec exact = ProgramSpec.training(
                network, InputFormat.FLOAT32_NCHW, 2, new MeanSquaredError(), new Optimizer.Sgd(), 3);
        ProgramSpec rounded =
                exact.toBuilder().precision(ProgramSpec.Precision.BFLOAT16).build();
        int values = 2 * network.timeSteps() * network.input().size();
        ByteBuffer input = ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < values; i++) {
            input.putFloat((float) Math.sin(1.7 * i + .3));
        }
        float[] targets = new float[2 * network.output().size()];
        double[] losses = new double[2];
        for (int i = 0; i < losses.length; i++) {
            try (Program program = new OneDnnEngine().compile(i == 0 ? exact : rounded)) {
                losses[i] = program.accumulate(input.rewind(), 2, targets, new Program.StepContext(0, 0, .1));
                program.update(new Program.StepContext(0, 0, .1));
            }
        }
        assertThat(losses[1]).isCloseTo(losses[0], withinPercentage(6));
    }

    @Test
    void shouldBeRefusedInOneLineWhereTheCpuHasNone() {
        assumeTrue(!Natives.hasBfloat16(), "this CPU has bfloat16");
        assertThatThrownBy(() -> new OneDnnEngine().compile(bfloat16()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(Natives.instructionSet());
    }
}
