package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.batchmill.train.golden.GoldenArrays.difference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Layer.Conv2d;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * First convolutions over one and two channels, whose weights' gradients go another way where oneDNN's widest instructions are AVX2, beside
 * the reference engine.
 */
@Tag("concurrent")
class GreyImagesTest {

    private static final double TOLERANCE = 1e-5;
    private static final int ROWS = 5;
    private static final StepContext STEP = new StepContext(0, 0, 1e-3);
    private static final String IN_COLOUR = "gradient in colour";

    private static List<Network> networks() {
        return List.of(
                network("grey", 1, Conv2d.square("conv", 32, 5, 1, Padding.same(), true)),
                network("stride 2, no biases", 1, Conv2d.square("conv", 16, 3, 2, Padding.valid(), false)),
                network(
                        "gaps",
                        1,
                        Conv2d.square("conv", 24, 3, 1, Padding.same(), true).dilated(2)),
                network(
                        "padding on one side",
                        1,
                        Conv2d.square("conv", 12, 4, 1, new Padding.Explicit(0, 1, 2, 0), true)),
                network("two channels", 2, Conv2d.square("conv", 16, 3, 1, Padding.same(), true)),
                network(
                        "two groups",
                        2,
                        Conv2d.square("conv", 16, 3, 1, Padding.same(), true).grouped(2)));
    }

    private static Network network(String name, int channels, Conv2d conv) {
        return new Network(
                name,
                new Shape(channels, 17, 22),
                List.of(
                        conv,
                        new Layer.Activation("elu", ActivationFunction.ELU, 1),
                        Conv2d.square("last", 3, 1, 1, Padding.same(), true),
                        new Layer.Flatten("flat")));
    }

    @Test
    void shouldEqualTheReference() {
        networks().forEach(GreyImagesTest::compare);
    }

    @Test
    void shouldEqualTheReferenceWithAvx2(@TempDir Path folder) throws Exception {
        assumeThat(System.getProperty("os.arch")).as("only x86 has AVX2").isIn("amd64", "x86_64");
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GreyImagesTest.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("ONEDNN_MAX_CPU_ISA", "AVX2");
        int code = builder.start().waitFor();
        List<String> lines = Files.readAllLines(output);
        assertThat(code).as("%s", lines).isZero();
        assertThat(lines).containsExactly("grey", "stride 2, no biases", "padding on one side", "two channels");
    }

    /** @param arguments none; prints the networks whose gradients go by colour */
    public static void main(String[] arguments) {
        for (Network network : networks()) {
            if (compare(network)) {
                System.out.println(network.name());
            }
        }
    }

    /** Returns whether a gradient went by colour. */
    private static boolean compare(Network network) {
        ProgramSpec spec = ProgramSpec.training(
                        network,
                        ProgramSpec.InputFormat.FLOAT32_NHWC,
                        ROWS,
                        new MeanSquaredError(),
                        new Optimizer.Sgd(),
                        1)
                .toBuilder()
                .threads(2)
                .build();
        RandomGenerator random = new SplittableRandom(1);
        ByteBuffer batch = ByteBuffer.allocateDirect(ROWS * network.input().size() * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        for (int i = 0; i < batch.capacity(); i += Float.BYTES) {
            batch.putFloat(i, (float) random.nextGaussian());
        }
        float[] targets = new float[ROWS * network.output().size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) random.nextGaussian();
        }
        try (Program ours = new OneDnnEngine().compile(spec);
                Program reference = new JavaEngine().compile(spec)) {
            for (Parameter parameter : network.parameters()) {
                reference.setParameter(parameter.name(), ours.parameter(parameter.name()));
            }
            // The second step shows that the channels that are not there stay 0, and that gradients are not added to.
            for (int step = 0; step < 2; step++) {
                ours.accumulate(batch, ROWS, targets, STEP);
                reference.accumulate(batch, ROWS, targets, STEP);
                for (Parameter parameter : network.parameters()) {
                    assertThat(difference(ours.gradient(parameter.name()), reference.gradient(parameter.name())))
                            .describedAs("%s, %s, step %d", network.name(), parameter.name(), step)
                            .isLessThan(TOLERANCE);
                }
                ours.update(STEP);
                reference.update(STEP);
            }
            return ours.plan().stream().anyMatch(line -> line.contains(IN_COLOUR));
        }
    }
}
