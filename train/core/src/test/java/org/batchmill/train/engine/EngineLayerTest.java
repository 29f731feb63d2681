package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.batchmill.train.engine.EngineFixture.buffer;
import static org.batchmill.train.engine.EngineFixture.doubles;
import static org.batchmill.train.engine.EngineFixture.floats;
import static org.batchmill.train.golden.GoldenArrays.difference;
import static org.batchmill.train.golden.GoldenArrays.magnitude;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of every layer, in both data formats: outputs in training and in inference equal {@link ReferenceNetwork}'s, and
 * gradients equal its central differences in double precision. An engine's module subclasses it.
 */
public abstract class EngineLayerTest {

    private static final int ROWS = 2;
    /** Float32 against double, relative to the largest value: a few hundred roundings. */
    private static final double TOLERANCE = 5e-5;

    /** Of gradients: float32 loses digits where terms cancel, and the slope that they are measured by is a difference itself. */
    private static final double GRADIENT_TOLERANCE = 1e-3;

    /** Values of each parameter whose gradient is checked. */
    private static final int SAMPLES = 16;

    private static final double STEP = 1e-7;

    /** The engine under test. */
    protected abstract Engine engine();

    /** The cases that the engine refuses, by their names. */
    protected Set<String> refused() {
        return Set.of();
    }

    /** Whether there is a point in a case: the reference engine has one data format, and random numbers of its own. */
    protected boolean tries(Network network, ProgramSpec.DataFormat format) {
        return true;
    }

    /** A small network around one layer, and the data format. */
    record Case(String name, Network network, ProgramSpec.DataFormat format) {
        @Override
        public String toString() {
            return name + ", " + format;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        Map<String, Network> networks = new LinkedHashMap<>(LayerNetworks.all());
        networks.putAll(GraphNetworks.all());
        networks.forEach((name, network) -> {
            cases.add(new Case(name, network, ProgramSpec.DataFormat.NCHW));
            cases.add(new Case(name, network, ProgramSpec.DataFormat.NHWC));
        });
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldEqualTheReferenceInInference(Case test) {
        if (isRefused(test) || !tries(test.network(), test.format())) {
            return;
        }
        long seed = Seed.of(this);
        float[] input = input(test.network(), Seed.random(seed));
        ProgramSpec spec = spec(test, seed);
        try (Program program = engine().compile(spec)) {
            randomiseNorms(program, Seed.random(seed + 1));
            ReferenceNetwork reference = new ReferenceNetwork(test.network(), parameters(program), seed, null);
            float[] expected = floats(reference.run(doubles(input), ROWS));
            float[] actual = new float[expected.length];
            program.predict(buffer(input), ROWS, actual);
            assertThat(difference(actual, expected)).isLessThan(TOLERANCE);
            Map<String, float[]> activations = program.activations(buffer(input), ROWS);
            assertThat(activations.keySet())
                    .containsExactlyElementsOf(reference.outputs().keySet());
            activations.forEach((layer, values) -> assertThat(
                            difference(values, floats(reference.outputs().get(layer))))
                    .describedAs(layer)
                    .isLessThan(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldEqualTheReferencesDifferencesInTraining(Case test) {
        if (isRefused(test) || !tries(test.network(), test.format())) {
            return;
        }
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        float[] input = input(test.network(), random);
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        StepContext context = new StepContext(3, 1, 0);
        try (Program program = engine().compile(spec(test, seed))) {
            randomiseNorms(program, random);
            Map<String, double[]> parameters = parameters(program);
            double loss = program.accumulate(buffer(input), ROWS, targets, context);
            ReferenceNetwork reference = new ReferenceNetwork(test.network(), parameters, seed, context);
            assertThat(loss).isCloseTo(loss(reference, input, targets), withinPercentage(.01));
            for (Parameter parameter : test.network().parameters()) {
                if (parameter.trainable()) {
                    float[] gradient = program.gradient(parameter.name());
                    double allowed = GRADIENT_TOLERANCE * magnitude(gradient);
                    for (int index : random.ints(SAMPLES, 0, gradient.length).toArray()) {
                        double expected = slope(reference, parameters.get(parameter.name()), index, input, targets);
                        assertThat((double) gradient[index])
                                .describedAs("%s[%d]", parameter.name(), index)
                                .isCloseTo(expected, within(allowed));
                    }
                }
            }
        }
    }

    static Stream<Case> graphs() {
        return GraphNetworks.all().entrySet().stream()
                .filter(each -> each.getValue().layers().stream().noneMatch(Layer.BatchNorm.class::isInstance))
                .map(each -> new Case(each.getKey(), each.getValue(), ProgramSpec.DataFormat.AUTO));
    }

    /** A second pass adds to the gradients, and a pass over fewer rows is a plan of its own. */
    @ParameterizedTest
    @MethodSource("graphs")
    void shouldAddUpRowsToTheWholeBatch(Case test) {
        if (isRefused(test)) {
            return;
        }
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        float[] input = input(test.network(), random);
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        StepContext context = new StepContext(0, 0, 0);
        try (Program whole = engine().compile(spec(test, seed));
                Program parts = engine().compile(spec(test, seed))) {
            double loss = whole.accumulate(buffer(input), ROWS, targets, context);
            double sum = 0;
            for (int row = 0; row < ROWS; row++) {
                float[] its = rows(input, row, row + 1);
                sum += parts.accumulate(buffer(its), 1, rows(targets, row, row + 1), ROWS, context);
            }
            assertThat(sum).isCloseTo(loss, withinPercentage(.001));
            for (Parameter parameter : test.network().parameters()) {
                assertThat(difference(parts.gradient(parameter.name()), whole.gradient(parameter.name())))
                        .describedAs(parameter.name())
                        .isLessThan(TOLERANCE);
            }
            float[] outputs = new float[targets.length];
            whole.predict(buffer(input), ROWS, outputs);
            float[] last = new float[targets.length / ROWS];
            parts.predict(buffer(rows(input, ROWS - 1, ROWS)), 1, last);
            assertThat(difference(last, rows(outputs, ROWS - 1, ROWS))).isLessThan(TOLERANCE);
        }
    }

    /** A gradient goes through layers that do not learn themselves, and is not asked for where none behind it does. */
    @ParameterizedTest
    @MethodSource("graphs")
    void shouldGiveTheSameGradientsWhereOtherLayersAreFrozen(Case test) {
        if (isRefused(test)) {
            return;
        }
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        float[] input = input(test.network(), random);
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        StepContext context = new StepContext(0, 0, 1);
        List<String> layers = test.network().parameters().stream()
                .map(Parameter::layer)
                .distinct()
                .toList();
        try (Program all = engine().compile(spec(test, seed))) {
            all.accumulate(buffer(input), ROWS, targets, context);
            for (int odd = 0; odd < 2; odd++) {
                ProgramSpecBuilder some = spec(test, seed).toBuilder();
                for (int i = odd; i < layers.size(); i += 2) {
                    some.freeze(layers.get(i));
                }
                try (Program frozen = engine().compile(some.build())) {
                    frozen.accumulate(buffer(input), ROWS, targets, context);
                    Map<String, double[]> before = parameters(frozen);
                    for (Parameter parameter : test.network().parameters()) {
                        if (layers.indexOf(parameter.layer()) % 2 != odd) {
                            assertThat(difference(frozen.gradient(parameter.name()), all.gradient(parameter.name())))
                                    .describedAs(parameter.name())
                                    .isLessThan(TOLERANCE);
                        }
                    }
                    frozen.update(context);
                    for (Parameter parameter : test.network().parameters()) {
                        if (layers.indexOf(parameter.layer()) % 2 == odd) {
                            assertThat(frozen.parameter(parameter.name()))
                                    .describedAs(parameter.name())
                                    .containsExactly(floats(before.get(parameter.name())));
                        }
                    }
                }
            }
        }
    }

    @Test
    void shouldPassGradientsThroughAFrozenNormByItsRollingValues() {
        Case test = new Case("batch norm", LayerNetworks.all().get("batch norm"), ProgramSpec.DataFormat.AUTO);
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        float[] input = input(test.network(), random);
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        ProgramSpec spec = spec(test, seed).toBuilder().freeze("norm").build();
        try (Program program = engine().compile(spec)) {
            randomiseNorms(program, random);
            double loss = program.accumulate(buffer(input), ROWS, targets, new StepContext(0, 0, 0));
            Map<String, double[]> parameters = parameters(program);
            ReferenceNetwork reference = new ReferenceNetwork(test.network(), parameters, seed, null);
            assertThat(loss).isCloseTo(loss(reference, input, targets), withinPercentage(.01));
            float[] gradient = program.gradient("first/weights");
            for (int index : random.ints(SAMPLES, 0, gradient.length).toArray()) {
                assertThat((double) gradient[index])
                        .isCloseTo(
                                slope(reference, parameters.get("first/weights"), index, input, targets),
                                within(GRADIENT_TOLERANCE * magnitude(gradient)));
            }
        }
    }

    private static float[] rows(float[] batch, int from, int to) {
        int size = batch.length / ROWS;
        return Arrays.copyOfRange(batch, from * size, to * size);
    }

    private static ProgramSpec spec(Case test, long seed) {
        return ProgramSpec.training(
                        test.network(),
                        ProgramSpec.InputFormat.FLOAT32_NCHW,
                        ROWS,
                        new MeanSquaredError(),
                        new Optimizer.Sgd(),
                        seed)
                .toBuilder()
                .dataFormat(test.format())
                .build();
    }

    /** Whether the engine refuses the network, by a line that names the layer and the engine. */
    private boolean isRefused(Case test) {
        if (!refused().contains(test.name())) {
            return false;
        }
        assertThatThrownBy(() -> engine().compile(spec(test, 1)).close())
                .isInstanceOf(UsageException.class)
                .message()
                .matches("(" + String.join("|", test.network().outputShapes().keySet()) + "): engine " + engine().name()
                        + " has no .*");
        return true;
    }

    /** Normal numbers; sequences whose lengths count end somewhere. */
    private static float[] input(Network network, RandomGenerator random) {
        int frame = network.input().size();
        float[] input = EngineFixture.normal(random, ROWS * network.timeSteps() * frame);
        for (Layer layer : network.layers()) {
            for (int row = 0; layer instanceof Layer.Lengths && row < ROWS; row++) {
                int length =
                        row == 0 ? random.nextInt(network.timeSteps() + 1) : 1 + random.nextInt(network.timeSteps());
                Arrays.fill(
                        input,
                        (row * network.timeSteps() + length) * frame,
                        (row + 1) * network.timeSteps() * frame,
                        ((Layer.Lengths) layer).padding());
            }
        }
        return input;
    }

    /** Scales, shifts and rolling values that are not 1 and 0. */
    private static void randomiseNorms(Program program, RandomGenerator random) {
        for (Parameter parameter : program.spec().network().parameters()) {
            if (parameter.layer().equals("norm")) {
                float[] values = EngineFixture.normal(random, parameter.size());
                for (int i = 0; i < values.length; i++) {
                    values[i] = parameter.role() == Parameter.Role.VARIANCE ? .5f + values[i] * values[i] : values[i];
                }
                program.setParameter(parameter.name(), values);
            }
        }
    }

    private static Map<String, double[]> parameters(Program program) {
        Map<String, double[]> parameters = new LinkedHashMap<>();
        for (Parameter parameter : program.spec().network().parameters()) {
            parameters.put(parameter.name(), doubles(program.parameter(parameter.name())));
        }
        return parameters;
    }

    private static double slope(
            ReferenceNetwork reference, double[] parameter, int index, float[] input, float[] targets) {
        double value = parameter[index];
        parameter[index] = value + STEP;
        double above = loss(reference, input, targets);
        parameter[index] = value - STEP;
        double below = loss(reference, input, targets);
        parameter[index] = value;
        return (above - below) / (2 * STEP);
    }

    private static double loss(ReferenceNetwork reference, float[] input, float[] targets) {
        double[] outputs = reference.run(doubles(input), ROWS);
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            sum += (outputs[i] - targets[i]) * (outputs[i] - targets[i]);
        }
        return sum / outputs.length;
    }
}
