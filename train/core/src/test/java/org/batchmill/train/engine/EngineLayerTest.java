package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.batchmill.train.engine.EngineFixture.buffer;
import static org.batchmill.train.engine.EngineFixture.doubles;
import static org.batchmill.train.engine.EngineFixture.floats;
import static org.batchmill.train.golden.GoldenArrays.difference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
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

    /** Of gradients, relative to their length: float32 loses digits where terms cancel. The worst of three engines was a fifth of it. */
    private static final double GRADIENT_TOLERANCE = 3e-4;

    /** Ways of each parameter, all of its values at once, in which the gradient is checked. */
    private static final int DIRECTIONS = 4;

    private static final double STEP = 1e-7;

    /** Of inputs from where the slope of a layer jumps: some tens of float32's roundings, and far more than a step moves. */
    private static final double CLEARANCE = 1e-5;

    private static final int DRAWS = 1000;

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
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        StepContext context = new StepContext(3, 1, 0);
        try (Program program = engine().compile(spec(test, seed))) {
            randomiseNorms(program, random);
            Map<String, double[]> parameters = parameters(program);
            ReferenceNetwork reference = new ReferenceNetwork(test.network(), parameters, seed, context);
            float[] input = smoothInput(test.network(), reference, random);
            double loss = program.accumulate(buffer(input), ROWS, targets, context);
            assertThat(loss).isCloseTo(loss(reference, input, targets), withinPercentage(.01));
            for (Parameter parameter : test.network().parameters()) {
                if (parameter.trainable()) {
                    expectSlopes(
                            program.gradient(parameter.name()),
                            parameter.name(),
                            parameters.get(parameter.name()),
                            random,
                            () -> loss(reference, input, targets));
                }
            }
        }
    }

    static Stream<Case> blocks() {
        return Stream.concat(
                cases(),
                LayerNetworks.bareNorms().entrySet().stream()
                        .map(each -> new Case(each.getKey(), each.getValue(), ProgramSpec.DataFormat.AUTO)));
    }

    /** Channels that fill up a block of an engine's count for nothing, whatever an earlier pass left where they lie. */
    @ParameterizedTest
    @MethodSource("blocks")
    void shouldMeasureTheNormOfTheGradientsAlone(Case test) {
        if (isRefused(test)) {
            return;
        }
        long seed = Seed.of(this);
        RandomGenerator random = Seed.random(seed);
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        try (Program program = engine().compile(spec(test, seed))) {
            randomiseNorms(program, random);
            for (int step = 0; step < 3; step++) {
                StepContext context = new StepContext(step, 0, 1e-3);
                program.accumulate(buffer(input(test.network(), random)), ROWS, targets, context);
                double squares = 0;
                for (Parameter parameter : test.network().parameters()) {
                    float[] gradient = parameter.trainable() ? program.gradient(parameter.name()) : new float[0];
                    squares += product(gradient, gradient);
                }
                assertThat(squares).describedAs("step %d", step).isFinite();
                assertThat(program.update(context))
                        .describedAs("step %d", step)
                        .isCloseTo(Math.sqrt(squares), withinPercentage(.1));
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
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        StepContext context = new StepContext(0, 0, 0);
        try (Program whole = engine().compile(spec(test, seed));
                Program parts = engine().compile(spec(test, seed))) {
            float[] input = smoothInput(
                    test.network(), new ReferenceNetwork(test.network(), parameters(whole), seed, context), random);
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
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        StepContext context = new StepContext(0, 0, 1);
        List<String> layers = test.network().parameters().stream()
                .map(Parameter::layer)
                .distinct()
                .toList();
        try (Program all = engine().compile(spec(test, seed))) {
            float[] input = smoothInput(
                    test.network(), new ReferenceNetwork(test.network(), parameters(all), seed, context), random);
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
        float[] targets =
                EngineFixture.normal(random, ROWS * test.network().output().size());
        ProgramSpec spec = spec(test, seed).toBuilder().freeze("norm").build();
        try (Program program = engine().compile(spec)) {
            randomiseNorms(program, random);
            Map<String, double[]> parameters = parameters(program);
            ReferenceNetwork reference = new ReferenceNetwork(test.network(), parameters, seed, null);
            float[] input = smoothInput(test.network(), reference, random);
            double loss = program.accumulate(buffer(input), ROWS, targets, new StepContext(0, 0, 0));
            assertThat(loss).isCloseTo(loss(reference, input, targets), withinPercentage(.01));
            expectSlopes(
                    program.gradient("first/weights"),
                    "first/weights",
                    parameters.get("first/weights"),
                    random,
                    () -> loss(reference, input, targets));
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

    /** An input near which the network's gradient does not jump. */
    private static float[] smoothInput(Network network, ReferenceNetwork reference, RandomGenerator random) {
        for (int i = 0; i < DRAWS; i++) {
            float[] input = input(network, random);
            reference.run(doubles(input), ROWS);
            if (reference.clearance() > CLEARANCE) {
                return input;
            }
        }
        throw new AssertionError("each of " + DRAWS + " inputs lies where a slope of " + network.name() + " jumps");
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

    /**
     * That the loss grows as a gradient says, along itself and along random directions: each value that is wrong turns it away from them.
     *
     * @param values of the parameter, as {@code loss} reads them
     */
    private static void expectSlopes(
            float[] gradient, String parameter, double[] values, RandomGenerator random, DoubleSupplier loss) {
        double length = length(gradient);
        for (int i = 0; i < DIRECTIONS; i++) {
            float[] direction = i == 0 && length > 0 ? gradient : EngineFixture.normal(random, gradient.length);
            // Of a mean value as large as if it went alone.
            double unit = length(direction) / Math.sqrt(gradient.length);
            double step = STEP / unit;
            double above = moved(values, direction, step, loss);
            double below = moved(values, direction, -step, loss);
            assertThat(product(gradient, direction))
                    .describedAs("%s, direction %d", parameter, i)
                    .isCloseTo((above - below) / (2 * step), within(GRADIENT_TOLERANCE * length * unit));
        }
    }

    private static double moved(double[] values, float[] direction, double step, DoubleSupplier loss) {
        double[] before = values.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += step * direction[i];
        }
        double result = loss.getAsDouble();
        System.arraycopy(before, 0, values, 0, values.length);
        return result;
    }

    private static double length(float[] values) {
        return Math.sqrt(product(values, values));
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
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
