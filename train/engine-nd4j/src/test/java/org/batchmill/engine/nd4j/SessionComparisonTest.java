package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.golden.GoldenArrays;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Our schedule of a SameDiff graph, and SameDiff's own session and gradient function: the same gradients. */
class SessionComparisonTest {

    @Test
    void shouldGiveTheGradientsOfSameDiffsOwnSession() {
        Network network = new Network(
                "small",
                new Shape(3, 20, 24),
                List.of(
                        Layer.Conv2d.square("conv1", 8, 5, 2, Padding.valid(), true),
                        new Layer.Activation("leaky1", ActivationFunction.LEAKY_RELU, .1f),
                        Layer.Conv2d.square("conv2", 12, 3, 1, Padding.same(), true),
                        new Layer.MaxPool("pool2", 2, 2, 2, 2, Padding.valid()),
                        new Layer.Activation("elu2", ActivationFunction.ELU, 1),
                        new Layer.Dense("dense1", 5, true, Initializer.HE_NORMAL, Initializer.ZEROS)));
        int rows = 4;
        RandomGenerator random = Seed.random(Seed.of(this));
        float[] input = new float[rows * network.input().size()];
        for (int i = 0; i < input.length; i++) {
            input[i] = random.nextFloat();
        }
        float[] targets = new float[rows * 5];
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * input.length).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(input);
        ProgramSpec spec = ProgramSpec.training(
                network, ProgramSpec.InputFormat.FLOAT32_NCHW, rows, new MeanSquaredError(), new Optimizer.Sgd(), 3);
        try (Program program = new Nd4jEngine().compile(spec)) {
            program.accumulate(bytes, rows, targets, new StepContext(0, 0, 0));
            SessionNetwork session = new SessionNetwork(network, rows);
            for (Parameter parameter : network.parameters()) {
                session.setParameter(parameter, program.parameter(parameter.name()));
            }
            Map<String, float[]> expected = session.gradients(
                    Nd4j.create(input).reshape(rows, 3, 20, 24),
                    Nd4j.create(targets).reshape(rows, 5));
            expected.forEach((name, gradient) -> assertThat(GoldenArrays.difference(program.gradient(name), gradient))
                    .describedAs(name)
                    .isLessThan(1e-5));
        }
    }
}
