package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.batchmill.train.engine.EngineFixture.buffer;
import static org.batchmill.train.golden.GoldenArrays.difference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program.Span;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.ReferenceOptimizer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of {@link Program} beyond the numbers of its layers: accumulation, updates, state, inputs, errors. An engine's module
 * subclasses it.
 */
public abstract class EngineContractTest {

    private static final int ROWS = 6;
    private static final Shape INPUT = new Shape(3, 8, 10);

    private static final Network NETWORK = new Network(
            "contract",
            INPUT,
            List.of(
                    new Layer.InputScale("scale", 2 / 255f, -1),
                    Layer.Conv2d.square("conv1", 4, 3, 1, Padding.same(), false),
                    new Layer.BatchNorm("norm1", .9f, 1e-3f, Layer.BatchNorm.Rule.STANDARD),
                    new Layer.Activation("leaky1", ActivationFunction.LEAKY_RELU, .1f),
                    new Layer.MaxPool("pool1", 2, 2, 2, 2, Padding.valid()),
                    Layer.Conv2d.square("conv2", 5, 3, 2, Padding.same(), true),
                    new Layer.Activation("elu2", ActivationFunction.ELU, 1),
                    new Layer.Dense("dense1", 12, true, Initializer.HE_NORMAL, Initializer.ZEROS),
                    new Layer.Dropout("drop1", .3f),
                    new Layer.Dense("dense2", 4, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    private static final Network WITHOUT_NORM = new Network(
            "plain",
            INPUT,
            NETWORK.layers().stream()
                    .filter(layer -> !(layer instanceof Layer.BatchNorm) && !(layer instanceof Layer.Dropout))
                    .toList());

    private RandomGenerator random;
    private byte[] pixels;
    private float[] targets;

    /** The engine under test. */
    protected abstract Engine engine();

    @BeforeEach
    void drawABatch() {
        random = Seed.random(Seed.of(this));
        pixels = new byte[ROWS * INPUT.size()];
        random.nextBytes(pixels);
        targets = EngineFixture.normal(random, ROWS * 4);
    }

    private static ProgramSpec spec(Network network) {
        return ProgramSpec.training(
                network,
                ProgramSpec.InputFormat.UINT8_NHWC,
                ROWS,
                new MeanSquaredError(),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                17);
    }

    private Program compile(ProgramSpec spec) {
        return engine().compile(spec);
    }

    private static StepContext step(int step) {
        return new StepContext(step, 0, 1e-3);
    }

    private void train(Program program, int from, int to) {
        for (int i = from; i < to; i++) {
            program.accumulate(buffer(pixels), ROWS, targets, step(i));
            program.update(step(i));
        }
    }

    private static Map<String, float[]> state(Program program) {
        Map<String, float[]> state = new HashMap<>();
        for (Parameter parameter : program.spec().network().parameters()) {
            state.put(parameter.name(), program.parameter(parameter.name()));
            if (parameter.trainable()) {
                for (String slot : program.spec().optimizer().slots()) {
                    state.put(parameter.name() + " " + slot, program.slot(parameter.name(), slot));
                }
            }
        }
        return state;
    }

    private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
        expected.forEach(
                (name, values) -> assertThat(actual.get(name)).describedAs(name).containsExactly(values));
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(Engine.class).stream()
                        .map(provider -> provider.get().name()))
                .contains(engine().name());
        assertThat(engine().unavailable()).isNull();
        assertThat(engine().describe()).isNotBlank().doesNotContain("\n");
    }

    @Test
    void shouldStartWithTheInitializersValues() {
        try (Program program = compile(spec(NETWORK))) {
            for (Parameter parameter : NETWORK.parameters()) {
                assertThat(program.parameter(parameter.name())).containsExactly(Initializers.values(parameter, 17));
            }
        }
    }

    @Test
    void shouldMakeTheLossSmaller() {
        try (Program program = compile(spec(NETWORK))) {
            double first = program.accumulate(buffer(pixels), ROWS, targets, step(0));
            program.update(step(0));
            train(program, 1, 60);
            assertThat(program.accumulate(buffer(pixels), ROWS, targets, step(60)))
                    .isLessThan(first / 2);
        }
    }

    @Test
    void shouldGiveTheSameBitsForTheSameSeed() {
        List<Map<String, float[]>> states = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (Program program = compile(spec(NETWORK))) {
                train(program, 0, 5);
                states.add(state(program));
            }
        }
        assertSame(states.get(1), states.get(0));
    }

    @Test
    void shouldGoOnBitIdenticallyFromASavedState() {
        try (Program through = compile(spec(NETWORK));
                Program resumed = compile(spec(NETWORK))) {
            train(through, 0, 3);
            for (Parameter parameter : NETWORK.parameters()) {
                resumed.setParameter(parameter.name(), through.parameter(parameter.name()));
                if (parameter.trainable()) {
                    for (String slot : through.spec().optimizer().slots()) {
                        resumed.setSlot(parameter.name(), slot, through.slot(parameter.name(), slot));
                    }
                }
            }
            train(through, 3, 6);
            train(resumed, 3, 6);
            assertSame(state(resumed), state(through));
        }
    }

    @Test
    void shouldAddUpPartsToTheWholeBatch() {
        try (Program whole = compile(spec(WITHOUT_NORM));
                Program parts = compile(spec(WITHOUT_NORM))) {
            double loss = whole.accumulate(buffer(pixels), ROWS, targets, step(0));
            double sum = 0;
            int from = 0;
            for (int rows : new int[] {1, 3, 2}) {
                byte[] some = Arrays.copyOfRange(pixels, from * INPUT.size(), (from + rows) * INPUT.size());
                float[] their = Arrays.copyOfRange(targets, from * 4, (from + rows) * 4);
                sum += parts.accumulate(buffer(some), rows, their, ROWS, new StepContext(0, from, 1e-3));
                from += rows;
            }
            assertThat(sum).isCloseTo(loss, within(1e-6 * Math.abs(loss)));
            for (Parameter parameter : WITHOUT_NORM.parameters()) {
                assertThat(difference(parts.gradient(parameter.name()), whole.gradient(parameter.name())))
                        .describedAs(parameter.name())
                        .isLessThan(1e-5);
            }
            assertThat(parts.update(step(0))).isCloseTo(whole.update(step(0)), within(1e-4));
            // What was accumulated is gone after the update.
            parts.accumulate(buffer(pixels), ROWS, targets, step(1));
            whole.accumulate(buffer(pixels), ROWS, targets, step(1));
            assertThat(difference(parts.gradient("dense2/biases"), whole.gradient("dense2/biases")))
                    .isLessThan(1e-3);
        }
    }

    /** With dropout and noise, whose numbers belong to rows. */
    private static final Network RANDOM = new Network(
            "random",
            INPUT,
            List.of(
                    new Layer.InputScale("scale", 2 / 255f, -1),
                    new Layer.GaussianNoise("noise", .2f),
                    Layer.Conv2d.square("conv1", 4, 3, 2, Padding.same(), true),
                    new Layer.Dropout("drop1", .4f),
                    new Layer.Dense("dense1", 4, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));

    @Test
    void shouldDrawTheSameForARowWhereverItIsLearnt() {
        try (Program whole = compile(spec(RANDOM));
                Program parts = compile(spec(RANDOM))) {
            double loss = whole.accumulate(buffer(pixels), ROWS, targets, step(0));
            double sum = accumulate(parts, 0, 4) + accumulate(parts, 4, ROWS);
            assertThat(sum).isCloseTo(loss, within(1e-5 * Math.abs(loss)));
            for (Parameter parameter : RANDOM.parameters()) {
                assertThat(difference(parts.gradient(parameter.name()), whole.gradient(parameter.name())))
                        .describedAs(parameter.name())
                        .isLessThan(1e-5);
            }
        }
    }

    /** Learns some rows of the batch as a rank of a gang does. */
    private double accumulate(Program program, int from, int to) {
        byte[] some = Arrays.copyOfRange(pixels, from * INPUT.size(), to * INPUT.size());
        float[] their = Arrays.copyOfRange(targets, from * 4, to * 4);
        return program.accumulate(buffer(some), to - from, their, ROWS, new StepContext(0, 0, 1e-3, from));
    }

    @Test
    void shouldLearnFromTheSumOfExchangedGradients() {
        ProgramSpec spec =
                spec(RANDOM).toBuilder().freeze("conv1").clipNorm(.01f).build();
        try (Program whole = compile(spec);
                Program first = compile(spec);
                Program second = compile(spec);
                Program idle = compile(spec)) {
            accumulate(whole, 0, ROWS);
            accumulate(first, 0, 2);
            accumulate(second, 2, ROWS);
            List<float[]> blocks = new ArrayList<>();
            for (Program rank : List.of(first, second, idle)) {
                assertThat(rank.gradientLayout()).isEqualTo(first.gradientLayout());
                rank.exchangeGradients(gradients -> {
                    float[] values = new float[(int) gradients.count()];
                    gradients.requireHost().get(values);
                    blocks.add(values);
                });
            }
            assertThat(blocks.get(2)).containsOnly(0);
            double norm = whole.update(step(0));
            for (Program rank : List.of(first, second, idle)) {
                rank.exchangeGradients(gradients -> {
                    for (int i = 0; i < gradients.count(); i++) {
                        gradients.requireHost().put(i, blocks.get(0)[i] + blocks.get(1)[i]);
                    }
                });
                assertThat(rank.update(step(0))).isCloseTo(norm, within(1e-5 * norm));
                for (Parameter parameter : RANDOM.parameters()) {
                    assertThat(difference(rank.parameter(parameter.name()), whole.parameter(parameter.name())))
                            .describedAs(parameter.name())
                            .isLessThan(1e-4);
                }
            }
        }
        // Where other parameters are trained, other things lie in the block.
        try (Program frozen = compile(spec);
                Program free = compile(spec(RANDOM))) {
            assertThat(free.gradientLayout()).isNotEqualTo(frozen.gradientLayout());
        }
    }

    /** Of a pass that writes gradients and of one that adds to them; what was told of is not what an earlier pass left there. */
    @Test
    void shouldTellWhichGradientsAreFinal() {
        ProgramSpec spec = spec(NETWORK).toBuilder().freeze("conv1").build();
        try (Program program = compile(spec)) {
            List<float[]> told = new ArrayList<>();
            boolean tells = program.watchGradients((gradients, first) -> {
                float[] end = new float[(int) (gradients.count() - first)];
                gradients.requireHost().position((int) first).get(end);
                told.add(end);
            });
            for (int pass = 0; pass < 2; pass++) {
                told.clear();
                accumulate(program, 3 * pass, 3 * pass + 3);
                List<float[]> inPass = List.copyOf(told);
                program.exchangeGradients(gradients -> {
                    float[] all = new float[(int) gradients.count()];
                    gradients.requireHost().get(all);
                    int before = 0;
                    for (float[] end : inPass) {
                        assertThat(end.length).isGreaterThan(before);
                        assertThat(Arrays.copyOfRange(all, all.length - end.length, all.length))
                                .containsExactly(end);
                        before = end.length;
                    }
                });
                // Four layers are trained.
                assertThat(told.size()).isEqualTo(inPass.size()).isGreaterThanOrEqualTo(tells ? 3 : 0);
            }
            program.watchGradients(null);
            told.clear();
            accumulate(program, 0, ROWS);
            assertThat(told).isEmpty();
        }
    }

    static Stream<Optimizer> optimizers() {
        return Stream.of(
                new Optimizer.Sgd(),
                new Optimizer.Momentum(.9f),
                new Optimizer.Nesterov(.8f),
                new Optimizer.Adagrad(.1f, 1e-7f),
                new Optimizer.Adadelta(.95f, 1e-6f),
                new Optimizer.RmsProp(.9f, 1e-7f),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                new Optimizer.AdamW(.9f, .99f, 1e-8f, .05f));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void shouldUpdateAsTheRuleSays(Optimizer optimizer) {
        ProgramSpec spec = spec(NETWORK).toBuilder()
                .optimizer(optimizer)
                .l1(1e-3f)
                .l2(2e-2f)
                .clipValue(.05f)
                .clipNorm(.2f)
                .rate("dense*", 3)
                .build();
        try (Program program = compile(spec)) {
            Map<String, Map<String, float[]>> slots = new HashMap<>();
            for (int i = 0; i < 3; i++) {
                program.accumulate(buffer(pixels), ROWS, targets, step(i));
                Map<String, float[]> before = state(program);
                Map<String, float[]> gradients = new HashMap<>();
                trainable(NETWORK).forEach(p -> gradients.put(p.name(), program.gradient(p.name())));
                double norm = program.update(step(i));
                assertThat(norm).isCloseTo(norm(gradients), within(1e-5 * norm));
                clip(gradients, .05f, .2f);
                for (Parameter parameter : trainable(NETWORK)) {
                    float[] expected = before.get(parameter.name());
                    float[] gradient = gradients.get(parameter.name());
                    boolean weights = parameter.role() == Parameter.Role.WEIGHTS;
                    for (int k = 0; weights && k < gradient.length; k++) {
                        gradient[k] += 2e-2f * expected[k] + 1e-3f * Math.signum(expected[k]);
                    }
                    ReferenceOptimizer.update(
                            optimizer,
                            expected,
                            gradient,
                            slots.computeIfAbsent(
                                    parameter.name(), name -> ReferenceOptimizer.slots(optimizer, gradient.length)),
                            i + 1,
                            parameter.layer().startsWith("dense") ? 3e-3 : 1e-3,
                            weights);
                    assertThat(difference(program.parameter(parameter.name()), expected))
                            .describedAs(parameter.name())
                            .isLessThan(1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void shouldKeepZerosWhereThatIsAsked(Optimizer optimizer) {
        ProgramSpec spec = spec(NETWORK).toBuilder()
                .optimizer(optimizer)
                .l1(1e-3f)
                .l2(2e-2f)
                .clipNorm(.2f)
                .keepZeros(true)
                .build();
        try (Program program = compile(spec)) {
            Map<String, float[]> pruned = new HashMap<>();
            for (Parameter parameter : trainable(NETWORK)) {
                float[] values = program.parameter(parameter.name());
                for (int k = 0; parameter.role() == Parameter.Role.WEIGHTS && k < values.length; k += 2) {
                    values[k] = 0;
                }
                program.setParameter(parameter.name(), values);
                pruned.put(parameter.name(), values);
            }
            for (int i = 0; i < 3; i++) {
                program.accumulate(buffer(pixels), ROWS, targets, step(i));
                program.update(step(i));
            }
            for (Parameter parameter : trainable(NETWORK)) {
                float[] before = pruned.get(parameter.name());
                float[] after = program.parameter(parameter.name());
                int moved = 0;
                for (int k = 0; k < after.length; k++) {
                    if (parameter.role() == Parameter.Role.WEIGHTS && before[k] == 0) {
                        assertThat(after[k]).as(parameter.name()).isZero();
                    }
                    moved += after[k] == before[k] ? 0 : 1;
                }
                assertThat(moved)
                        .as("what is not 0 learns: %s", parameter.name())
                        .isPositive();
            }
        }
    }

    private static List<Parameter> trainable(Network network) {
        return network.parameters().stream().filter(Parameter::trainable).toList();
    }

    private static double norm(Map<String, float[]> gradients) {
        double squares = 0;
        for (float[] gradient : gradients.values()) {
            for (float g : gradient) {
                squares += (double) g * g;
            }
        }
        return Math.sqrt(squares);
    }

    private static void clip(Map<String, float[]> gradients, float value, float norm) {
        for (float[] gradient : gradients.values()) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = Math.max(-value, Math.min(value, gradient[i]));
            }
        }
        double scale = Math.min(1, norm / norm(gradients));
        for (float[] gradient : gradients.values()) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= (float) scale;
            }
        }
    }

    @Test
    void shouldLeaveFrozenLayersAsTheyAre() {
        ProgramSpec spec =
                spec(NETWORK).toBuilder().freeze("conv*").freeze("norm*").build();
        try (Program program = compile(spec)) {
            Map<String, float[]> before = new HashMap<>();
            NETWORK.parameters().forEach(p -> before.put(p.name(), program.parameter(p.name())));
            train(program, 0, 3);
            for (Parameter parameter : NETWORK.parameters()) {
                boolean frozen = !parameter.layer().startsWith("dense");
                if (frozen) {
                    assertThat(program.parameter(parameter.name())).containsExactly(before.get(parameter.name()));
                } else {
                    assertThat(program.parameter(parameter.name())).isNotEqualTo(before.get(parameter.name()));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProgramSpec.DataFormat.class)
    void shouldReadEveryInputFormat(ProgramSpec.DataFormat inside) {
        float[] last = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            last[i] = pixels[i] & 0xff;
        }
        float[] first = new float[last.length];
        for (int i = 0; i < first.length; i++) {
            int x = i % INPUT.width();
            int y = i / INPUT.width() % INPUT.height();
            int c = i / (INPUT.width() * INPUT.height()) % INPUT.channels();
            int row = i / INPUT.size();
            first[i] = last[row * INPUT.size() + (y * INPUT.width() + x) * INPUT.channels() + c];
        }
        float[] bytes = predict(ProgramSpec.InputFormat.UINT8_NHWC, inside, buffer(pixels));
        assertThat(predict(ProgramSpec.InputFormat.FLOAT32_NHWC, inside, buffer(last)))
                .containsExactly(bytes);
        assertThat(predict(ProgramSpec.InputFormat.FLOAT32_NCHW, inside, buffer(first)))
                .containsExactly(bytes);
    }

    private float[] predict(ProgramSpec.InputFormat format, ProgramSpec.DataFormat inside, ByteBuffer input) {
        ProgramSpec training = spec(NETWORK);
        ProgramSpec spec = ProgramSpec.inference(NETWORK, format, ROWS).toBuilder()
                .dataFormat(inside)
                .seed(training.seed())
                .build();
        float[] outputs = new float[ROWS * 4];
        try (Program program = compile(spec)) {
            program.predict(input, ROWS, outputs);
        }
        return outputs;
    }

    @Test
    void shouldPredictFewerRowsAndChangeNothing() {
        try (Program program = compile(spec(NETWORK))) {
            train(program, 0, 2);
            Map<String, float[]> before = state(program);
            float[] all = new float[ROWS * 4];
            program.predict(buffer(pixels), ROWS, all);
            float[] two = new float[2 * 4];
            program.predict(buffer(pixels), 2, two);
            assertThat(difference(two, Arrays.copyOf(all, two.length))).isLessThan(1e-5);
            assertSame(state(program), before);
        }
    }

    /** A loss that no engine knows: the sum of the cubes of the outputs. */
    private static final class Cubes implements Loss {
        @Override
        public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
            double sum = 0;
            int size = rows * 4;
            for (int i = 0; i < size; i++) {
                sum += Math.pow(outputs[i], 3);
                gradient[i] = 3 * outputs[i] * outputs[i] / totalRows;
            }
            return sum / totalRows;
        }

        @Override
        public int targetSize(int outputSize) {
            return 0;
        }
    }

    @Test
    void shouldTrainWithALossOfTheUsers() {
        try (Program program =
                compile(spec(NETWORK).toBuilder().loss(new Cubes()).build())) {
            double loss = program.accumulate(buffer(pixels), ROWS, new float[0], step(0));
            float[] outputs = new float[ROWS * 4];
            program.lastOutputs(outputs);
            double sum = 0;
            double[] byBias = new double[4];
            for (int i = 0; i < outputs.length; i++) {
                sum += Math.pow(outputs[i], 3) / ROWS;
                byBias[i % 4] += 3.0 * outputs[i] * outputs[i] / ROWS;
            }
            assertThat(loss).isCloseTo(sum, within(1e-6 * (1 + Math.abs(sum))));
            assertThat(difference(program.gradient("dense2/biases"), EngineFixture.floats(byBias)))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void shouldTellTheTimeOfEachLayer() {
        List<Span> spans = new ArrayList<>();
        try (Program program = compile(spec(NETWORK))) {
            program.trace(spans::add);
            train(program, 0, 1);
            program.trace(null);
            int before = spans.size();
            train(program, 1, 2);
            assertThat(spans).hasSize(before);
        }
        assertThat(spans)
                .anyMatch(span -> span.layer().equals("conv1") && span.pass().equals("forward"));
        assertThat(spans)
                .anyMatch(span -> span.layer().equals("conv2") && span.pass().equals("backward"));
        assertThat(spans).anyMatch(span -> span.pass().equals("update"));
        assertThat(spans).allMatch(span -> span.nanos() >= 0);
    }

    @Test
    void shouldTellItsPlanAndItsMemory() {
        try (Program program = compile(spec(NETWORK))) {
            assertThat(program.plan()).anyMatch(line -> line.contains("conv1"));
            long parameters =
                    4L * NETWORK.parameters().stream().mapToInt(Parameter::size).sum();
            assertThat(program.peakBytes())
                    .satisfiesAnyOf(bytes -> assertThat(bytes).isEqualTo(-1), bytes -> assertThat(bytes)
                            .isGreaterThan(parameters));
        }
    }

    @Test
    void shouldRefuseWrongUse() {
        try (Program program = compile(spec(NETWORK));
                Program predictor = compile(ProgramSpec.inference(NETWORK, ProgramSpec.InputFormat.UINT8_NHWC, 1))) {
            assertThatThrownBy(() -> program.accumulate(buffer(pixels), ROWS + 1, targets, step(0)))
                    .isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> program.accumulate(buffer(new byte[10]), ROWS, targets, step(0)))
                    .isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> program.update(step(0))).isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> program.parameter("conv9/weights")).isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> program.setParameter("conv1/weights", new float[1]))
                    .isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> program.slot("conv1/weights", "velocity")).isInstanceOf(UsageException.class);
            assertThatThrownBy(() -> predictor.accumulate(buffer(pixels), 1, targets, step(0)))
                    .isInstanceOf(UsageException.class);
        }
    }
}
