package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.batchmill.train.golden.GoldenArrays.difference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.golden.FormulaNetworks;
import org.batchmill.train.golden.FormulaWeights;
import org.batchmill.train.golden.GoldenArrays;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of whole networks: the numbers that darknet (tiny YOLO, and five training steps with and without batch norm) and
 * PyTorch (PilotNet with five update rules, a digits network with its variants) computed from the same weights. An engine's module
 * subclasses it.
 */
public abstract class EngineGoldenTest {

    /** Of a forward pass and of gradients in float32, relative to the largest value. */
    private static final double TOLERANCE = 1e-4;

    /** The engine under test. */
    protected abstract Engine engine();

    private static JsonNode facts(String name) throws IOException {
        try (InputStream in = GoldenArrays.class.getResourceAsStream(name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static float[] array(String name) {
        return GoldenArrays.resource(GoldenArrays.class, name + ".f32");
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    @Test
    void shouldComputeTinyYoloAsDarknetDoes() throws IOException {
        Network network = FormulaNetworks.tinyYolo();
        JsonNode facts = facts("tiny-yolo-v1");
        ProgramSpec spec = ProgramSpec.inference(network, ProgramSpec.InputFormat.FLOAT32_NCHW, 1);
        try (Program program = engine().compile(spec)) {
            FormulaWeights.darknet(network, 0, true).forEach(program::setParameter);
            int size = network.input().size();
            float[] blocks = new float[size];
            for (int k = 0; k < size; k++) {
                int c = k / (448 * 448);
                int row = k / 448 % 448;
                blocks[k] = FormulaWeights.input((c * 14 + row / 32) * 14 + k % 448 / 32, 1_000_000_000L);
            }
            checkTinyYolo(program, "a", FormulaWeights.inputs(size, 1_000_000_000L), facts);
            checkTinyYolo(program, "b", FormulaWeights.inputs(size, 1_500_000_000L), facts);
            checkTinyYolo(program, "c", blocks, facts);
        }
    }

    private static void checkTinyYolo(Program program, String name, float[] input, JsonNode facts) {
        ByteBuffer bytes = EngineFixture.buffer(input);
        float[] output = new float[1470];
        program.predict(bytes, 1, output);
        assertThat(difference(output, array("tiny-yolo-v1-output_" + name))).isLessThan(TOLERANCE);

        List<float[]> layers = FormulaNetworks.darknetLayers(program.spec().network()).stream()
                .map(program.activations(bytes, 1)::get)
                .toList();
        // The last is the detection layer, which copies its input.
        for (int i = 0; i < facts.get(name).size() - 1; i++) {
            checkStatistics(layers.get(i), facts.get(name).get(i));
        }
    }

    /** Mean, standard deviation and the first values of a layer, relative to its spread. */
    private static void checkStatistics(float[] values, JsonNode expected) {
        double mean = 0;
        double squares = 0;
        for (float value : values) {
            mean += value;
            squares += (double) value * value;
        }
        mean /= values.length;
        double deviation = Math.sqrt(squares / values.length - mean * mean);
        double allowed = TOLERANCE * expected.get("std").asDouble();
        assertThat(mean).isCloseTo(expected.get("mean").asDouble(), within(allowed));
        assertThat(deviation).isCloseTo(expected.get("std").asDouble(), within(allowed));
        for (int i = 0; i < Math.min(16, expected.get("first16").size()); i++) {
            assertThat((double) values[i])
                    .isCloseTo(expected.get("first16").get(i).asDouble(), within(allowed));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"train-plain", "train-batchnorm"})
    void shouldTrainFiveStepsAsDarknetDoes(String name) {
        boolean batchNorm = name.equals("train-batchnorm");
        Network network = FormulaNetworks.darknetTraining(batchNorm);
        YoloV1Loss loss = YoloV1Loss.standard(new YoloV1Grid(3, 2, 4, YoloV1Grid.Order.CELLS));
        ProgramSpec spec = ProgramSpec.training(
                        network, ProgramSpec.InputFormat.FLOAT32_NCHW, 4, loss, new Optimizer.Momentum(.9f), 1)
                .toBuilder()
                .l2(5e-4f)
                .build();
        try (Program program = engine().compile(spec)) {
            FormulaWeights.darknet(network, batchNorm ? 100_000_000L : 0, false).forEach(program::setParameter);
            ByteBuffer input = EngineFixture.buffer(
                    FormulaWeights.inputs(4 * network.input().size(), batchNorm ? 1_100_000_000L : 1_000_000_000L));
            float[] outputs = new float[4 * 126];
            for (int step = 0; step < 5; step++) {
                StepContext context = new StepContext(step, 0, 1e-3);
                program.accumulate(input, 4, array(name + "-truth"), context);
                program.lastOutputs(outputs);
                assertThat(difference(outputs, array(name + "-step" + (step + 1) + "_netout")))
                        .describedAs("outputs of step %d", step + 1)
                        .isLessThan(1e-3);
                program.update(context);
            }
            for (String tensor : FormulaNetworks.darknetFacts(batchNorm)) {
                assertThat(difference(
                                program.parameter(FormulaNetworks.ourName(network, tensor)),
                                array(name + "-final_" + tensor)))
                        .describedAs(tensor)
                        .isLessThan(1e-3);
            }
        }
    }

    @Test
    void shouldTrainPilotNetAsPyTorchDoes() throws IOException {
        float[] targets = new float[4];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) FormulaWeights.r(i + 2_000_000_000L);
        }
        check("pilotnet", FormulaNetworks.pilotNet(), new MeanSquaredError(), targets, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist-cnn", "mnist-cnn-batchnorm", "mnist-cnn-lrn", "mnist-cnn-lrn-strong"})
    void shouldTrainDigitsAsPyTorchDoes(String name) throws IOException {
        float[] oneHot = new float[80];
        for (int i = 0; i < 8; i++) {
            oneHot[i * 10 + (int) Math.floor((FormulaWeights.r(i + 2_000_000_000L) + .5) * 10)] = 1;
        }
        check(name, FormulaNetworks.digits(name), new SoftmaxCrossEntropy(), oneHot, 8);
    }

    private void check(String name, Network network, Loss loss, float[] targets, int rows) throws IOException {
        JsonNode facts = facts(name);
        ByteBuffer input = EngineFixture.buffer(
                FormulaWeights.inputs(rows * network.input().size(), 1_000_000_000L));
        for (JsonNode expected : facts.get("optimizers")) {
            ProgramSpec spec = ProgramSpec.training(
                    network, ProgramSpec.InputFormat.FLOAT32_NCHW, rows, loss, optimizer(expected), 1);
            try (Program program = engine().compile(spec)) {
                FormulaWeights.torch(network).forEach(program::setParameter);
                double rate = expected.get("constants").get("lr").asDouble();
                int steps = expected.get("losses").size() - 1;
                for (int step = 0; step <= steps; step++) {
                    StepContext context = new StepContext(step, 0, rate);
                    // The drift that float32 parameters show against float64 ones is in the golden folder's README.
                    assertThat(program.accumulate(input, rows, targets, context))
                            .describedAs("%s, loss after %d updates", spec.optimizer(), step)
                            .isCloseTo(expected.get("losses").get(step).asDouble(), within(step == 0 ? 1e-5 : 1e-4));
                    if (step == 0) {
                        checkOutputs(program, rows, facts);
                        checkGradients(program, facts);
                        checkLayers(program, input, rows, facts);
                    }
                    program.update(context);
                }
            }
        }
    }

    private static void checkOutputs(Program program, int rows, JsonNode facts) {
        float[] outputs = new float[rows * program.spec().network().output().size()];
        program.lastOutputs(outputs);
        assertThat(difference(outputs, floats(facts.get("output")))).isLessThan(TOLERANCE);
    }

    private static void checkGradients(Program program, JsonNode facts) {
        List<Parameter> parameters = program.spec().network().parameters().stream()
                .filter(Parameter::trainable)
                .toList();
        List<JsonNode> gradients = StreamSupport.stream(facts.get("gradients").spliterator(), false)
                .toList();
        assertThat(parameters).hasSameSizeAs(gradients);
        for (int p = 0; p < gradients.size(); p++) {
            float[] gradient = program.gradient(parameters.get(p).name());
            JsonNode expected = gradients.get(p);
            double squares = 0;
            for (float value : gradient) {
                squares += (double) value * value;
            }
            double norm = expected.get("l2").asDouble();
            assertThat(Math.sqrt(squares)).isCloseTo(norm, within(TOLERANCE * norm));
            float[] first = floats(expected.get("first8"));
            for (int i = 0; i < first.length; i++) {
                assertThat(gradient[i]).describedAs(parameters.get(p).name()).isCloseTo(first[i], within((float)
                        (TOLERANCE * expected.get("max_abs").asDouble())));
            }
        }
    }

    /** Layer by layer where inference computes what training does: without batch norm. */
    private static void checkLayers(Program program, ByteBuffer input, int rows, JsonNode facts) {
        if (facts.get("case").asText().equals("mnist-cnn-batchnorm")) {
            return;
        }
        Map<String, float[]> activations = program.activations(input, rows);
        for (JsonNode layer : facts.get("layers")) {
            checkStatistics(
                    activations.get(FormulaNetworks.torchLayer(layer.get("name").asText())), layer);
        }
    }

    private static Optimizer optimizer(JsonNode facts) {
        float epsilon = (float) facts.get("constants").path("eps").asDouble();
        return switch (facts.get("name").asText()) {
            case "adam" -> new Optimizer.Adam(.9f, .999f, epsilon);
            case "adadelta" -> new Optimizer.Adadelta(.95f, epsilon);
            case "sgd_nesterov" -> new Optimizer.Nesterov(.9f);
            case "rmsprop" -> new Optimizer.RmsProp(.9f, epsilon);
            case "adagrad" -> new Optimizer.Adagrad(0, epsilon);
            default -> throw new IllegalArgumentException(facts.get("name").asText());
        };
    }
}
