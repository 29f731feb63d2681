package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.batchmill.testing.Seed;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.ReferenceOptimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels beside {@link ReferenceOptimizer}, whose rules they are. */
class UpdateKernelTest {

    private static final int COUNT = 500;
    private static final int UPDATES = 4;
    private static final double RATE = .05;
    private static final float MULTIPLIER = .5f;
    private static final float CLIP = 1.5f;
    private static final float L1 = .01f;
    private static final float L2 = .02f;
    private static final float SCALE = .75f;

    private final RandomGenerator random = Seed.random(Seed.of(this));

    static Stream<Optimizer> rules() {
        return Stream.of(
                new Optimizer.Sgd(),
                new Optimizer.Momentum(.9f),
                new Optimizer.Nesterov(.9f),
                new Optimizer.Adagrad(.1f, 1e-7f),
                new Optimizer.RmsProp(.9f, 1e-7f),
                new Optimizer.Adadelta(.95f, 1e-6f),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                new Optimizer.AdamW(.9f, .999f, 1e-8f, .1f));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void shouldClipRegulariseAndUpdateAsTheReferenceDoes(Optimizer rule) {
        float[] value = Numbers.normal(random, COUNT);
        value[0] = 0;
        float[] expected = value.clone();
        short[] copy = new short[COUNT];
        List<float[]> slots =
                rule.slots().stream().map(slot -> filled(rule.initial(slot))).toList();
        Map<String, float[]> expectedSlots = ReferenceOptimizer.slots(rule, COUNT);

        for (int update = 1; update <= UPDATES; update++) {
            float[] gradient = Numbers.normal(random, COUNT);
            ReferenceOptimizer.update(
                    rule, expected, treated(gradient, expected), expectedSlots, update, RATE * MULTIPLIER, true);
            HostKernel kernel =
                    new HostKernel(kernel(rule)).array(value).array(copy).array(gradient);
            kernel.array(new float[] {SCALE});
            slots.forEach(kernel::array);
            kernel.scalars(COUNT, CLIP, L1, L2, MULTIPLIER)
                    .scalars(coefficients(rule))
                    .step(StepValues.of(rule, update, RATE, 1))
                    .run();
        }

        Numbers.assertClose(value, expected, 2e-6);
        assertThat(copy).containsExactly(Numbers.bfloat16(value));
        for (int i = 0; i < slots.size(); i++) {
            Numbers.assertClose(slots.get(i), expectedSlots.get(rule.slots().get(i)), 2e-6);
        }
    }

    private static float[] filled(float start) {
        float[] values = new float[COUNT];
        Arrays.fill(values, start);
        return values;
    }

    /** Clipped by value, scaled by the norm, then regularised: ProgramSpec's order. */
    private static float[] treated(float[] gradient, float[] value) {
        float[] treated = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            double clipped = Math.max(-CLIP, Math.min(CLIP, gradient[i]));
            treated[i] = (float) (clipped * SCALE + L1 * Math.signum(value[i]) + L2 * value[i]);
        }
        return treated;
    }

    private static String kernel(Optimizer rule) {
        if (rule instanceof Optimizer.Sgd) {
            return "sgdUpdate";
        } else if (rule instanceof Optimizer.Momentum || rule instanceof Optimizer.Nesterov) {
            return "momentumUpdate";
        } else if (rule instanceof Optimizer.Adagrad || rule instanceof Optimizer.RmsProp) {
            return "rootSquareUpdate";
        }
        return rule instanceof Optimizer.Adadelta ? "adadeltaUpdate" : "adamUpdate";
    }

    private static double[] coefficients(Optimizer rule) {
        if (rule instanceof Optimizer.Momentum its) {
            return new double[] {its.momentum(), 0};
        } else if (rule instanceof Optimizer.Nesterov its) {
            return new double[] {its.momentum(), 1};
        } else if (rule instanceof Optimizer.Adagrad its) {
            return new double[] {1, 1, its.epsilon()};
        } else if (rule instanceof Optimizer.RmsProp its) {
            return new double[] {its.rho(), 1 - its.rho(), its.epsilon()};
        } else if (rule instanceof Optimizer.Adadelta its) {
            return new double[] {its.rho(), its.epsilon()};
        } else if (rule instanceof Optimizer.Adam its) {
            return new double[] {its.beta1(), its.beta2(), its.epsilon(), 0};
        } else if (rule instanceof Optimizer.AdamW its) {
            return new double[] {its.beta1(), its.beta2(), its.epsilon(), its.decay()};
        }
        return new double[0];
    }

    @Test
    void shouldLetNanThroughClipping() {
        float[] value = {1, 1};

        new HostKernel("sgdUpdate")
                .array(value)
                .nullPointer()
                .array(new float[] {Float.NaN, 9})
                .array(new float[] {1})
                .scalars(2, CLIP, 0, 0, 1)
                .step(new StepValues(1, 1, 1, 1))
                .run();

        assertThat(value).containsExactly(Float.NaN, 1 - CLIP);
    }

    @Test
    void shouldMeasureTheNormBeforeClippingAndScaleByTheOneBehind() {
        int blocks = 5;
        float[] gradient = Numbers.normal(random, 2000);
        double all = 0;
        double limited = 0;
        for (float g : gradient) {
            all += (double) g * g;
            double c = Math.max(-CLIP, Math.min(CLIP, g));
            limited += c * c;
        }
        double[] parts = new double[2 * blocks];
        double[] norm = new double[1];
        float[] scale = new float[1];

        new HostKernel("squareSums")
                .grid(blocks, 1)
                .array(gradient)
                .array(parts)
                .scalars(gradient.length, CLIP)
                .run();
        new HostKernel("gradientNorm")
                .grid(1, 1)
                .array(parts)
                .array(norm)
                .array(scale)
                .scalars(blocks, 2)
                .run();

        assertThat(norm[0]).isCloseTo(Math.sqrt(all), Offset.offset(1e-9));
        assertThat(scale[0]).isCloseTo((float) (2 / Math.sqrt(limited)), Offset.offset(1e-7f));
    }

    @Test
    void shouldNotScaleGradientsWithinTheLimitOrWithoutOne() {
        for (float limit : new float[] {0, 10}) {
            float[] scale = new float[1];

            new HostKernel("gradientNorm")
                    .grid(1, 1)
                    .array(new double[] {9, 9})
                    .array(new double[1])
                    .array(scale)
                    .scalars(1, limit)
                    .run();

            assertThat(scale).containsExactly(1);
        }
    }
}
