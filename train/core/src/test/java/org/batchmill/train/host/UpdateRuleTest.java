package org.batchmill.train.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.ReferenceOptimizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How far rules whose steps feed on earlier ones drift from the same rule in float64, beside a rule that rounds what it stores and
 * nothing else: less is not possible in float32.
 */
class UpdateRuleTest {

    private static final int VALUES = 500;
    private static final int STEPS = 400;

    static Stream<Optimizer> rules() {
        return Stream.of(
                new Optimizer.Nesterov(.9f), new Optimizer.Adadelta(.95f, 1e-6f), new Optimizer.Adadelta(.9f, 1e-6f));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void shouldDriftNoFurtherThanStoringInFloat32Must(Optimizer rule) {
        SplittableRandom random = new SplittableRandom(1);
        float[] start = new float[VALUES];
        float[] gradient = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            start[i] = (float) random.nextDouble(-.05, .05);
            gradient[i] = (float) random.nextDouble(-.2, .2);
        }
        double rate = rule instanceof Optimizer.Nesterov ? .003 : 1;
        float[] ours = start.clone();
        float[] must = start.clone();
        Map<String, float[]> mustSlots = ReferenceOptimizer.slots(rule, VALUES);
        List<String> names = rule.slots();
        float[][] slots = new float[names.size()][VALUES];
        double[] exact = new double[VALUES];
        double[][] exactSlots = new double[2][VALUES];
        for (int i = 0; i < VALUES; i++) {
            exact[i] = start[i];
        }
        UpdateRule update = UpdateRule.of(rule);
        for (int step = 1; step <= STEPS; step++) {
            update.apply(ours, gradient.clone(), slots, VALUES, step, rate, true);
            ReferenceOptimizer.update(rule, must, gradient.clone(), mustSlots, step, rate, true);
            exactly(rule, exact, gradient, exactSlots, rate);
        }
        assertThat(drift(ours, exact)).isLessThan(1.1 * drift(must, exact));
    }

    private static void exactly(Optimizer rule, double[] value, float[] gradient, double[][] slots, double rate) {
        for (int i = 0; i < VALUES; i++) {
            double g = gradient[i];
            if (rule instanceof Optimizer.Nesterov nesterov) {
                slots[0][i] = nesterov.momentum() * slots[0][i] + g;
                value[i] -= rate * (g + nesterov.momentum() * slots[0][i]);
            } else if (rule instanceof Optimizer.Adadelta adadelta) {
                double rho = adadelta.rho();
                slots[0][i] = rho * slots[0][i] + (1 - rho) * g * g;
                double change =
                        Math.sqrt(slots[1][i] + adadelta.epsilon()) / Math.sqrt(slots[0][i] + adadelta.epsilon()) * g;
                slots[1][i] = rho * slots[1][i] + (1 - rho) * change * change;
                value[i] -= rate * change;
            }
        }
    }

    private static double drift(float[] value, double[] exact) {
        double squares = 0;
        for (int i = 0; i < VALUES; i++) {
            squares += (value[i] - exact[i]) * (value[i] - exact[i]);
        }
        return Math.sqrt(squares / VALUES);
    }
}
