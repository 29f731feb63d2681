package org.batchmill.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Numbers worked out by hand for w = 1, gradients 2 and then -1, rate .1. */
class ReferenceOptimizerTest {

    private static final Offset<Float> ROUNDING = Offset.offset(2e-7f);

    private static float[] twoUpdates(Optimizer rule, boolean decayed) {
        float[] w = {1};
        Map<String, float[]> slots = ReferenceOptimizer.slots(rule, 1);
        float[] trace = new float[2];
        float[] gradients = {2, -1};
        for (int t = 0; t < 2; t++) {
            ReferenceOptimizer.update(rule, w, new float[] {gradients[t]}, slots, t + 1, .1, decayed);
            trace[t] = w[0];
        }
        return trace;
    }

    @Test
    void shouldDescendByTheGradient() {
        // 1 - .1*2 = .8; .8 + .1*1 = .9
        assertThat(twoUpdates(new Optimizer.Sgd(), true)).containsExactly(new float[] {.8f, .9f}, ROUNDING);
    }

    @Test
    void shouldKeepMomentum() {
        // v = 2; w = .8. v = .9*2 - 1 = .8; w = .8 - .08 = .72
        assertThat(twoUpdates(new Optimizer.Momentum(.9f), true)).containsExactly(new float[] {.8f, .72f}, ROUNDING);
    }

    @Test
    void shouldLookAheadWithNesterov() {
        // v = 2; w = 1 - .1*(2 + 1.8) = .62. v = .8; w = .62 - .1*(-1 + .72) = .648
        assertThat(twoUpdates(new Optimizer.Nesterov(.9f), true)).containsExactly(new float[] {.62f, .648f}, ROUNDING);
    }

    @Test
    void shouldDivideByTheSumOfSquaresFromItsInitialValue() {
        // s = 5 + 4 = 9; w = 1 - .2/(3+1) = .95. s = 10; w = .95 + .1/(sqrt(10)+1) = .95 + .0240253 = .9740253
        assertThat(twoUpdates(new Optimizer.Adagrad(5, 1), true))
                .containsExactly(new float[] {.95f, .9740253f}, ROUNDING);
    }

    @Test
    void shouldDivideByTheMovingRootMeanSquare() {
        // s = .1*4 = .4; w = 1 - .2/(.6324555+.5) = .8233925. s = .36+.1 = .46; w = .8233925 + .1/(.6782330+.5) =
        // .9082654
        assertThat(twoUpdates(new Optimizer.RmsProp(.9f, .5f), true))
                .containsExactly(new float[] {.8233925f, .9082654f}, ROUNDING);
    }

    @Test
    void shouldScaleByTheRatioOfMovingSquaresWithTheOldUpdates() {
        // s = .4; d = sqrt(.1)/sqrt(.5)*2 = .8944272; u = .1*.8 = .08; w = .9105573.
        // s = .46; d = -sqrt(.18)/sqrt(.56) = -.5669467; w = .9105573 + .0566947 = .9672520
        assertThat(twoUpdates(new Optimizer.Adadelta(.9f, .1f), true))
                .containsExactly(new float[] {.9105573f, .9672520f}, ROUNDING);
    }

    @Test
    void shouldCorrectTheBiasOfAdamsMoments() {
        // m = .2, v = .004; both corrected 2 and 4: w = 1 - .1*2/(2+1) = .9333333.
        // m = .08, v = .004996; corrected .08/.19 = .4210526, .004996/.001999 = 2.4992496, root 1.5809015:
        // w = .9333333 - .1*.4210526/2.5809015 = .9170190
        assertThat(twoUpdates(new Optimizer.Adam(.9f, .999f, 1), true))
                .containsExactly(new float[] {.9333333f, .9170190f}, ROUNDING);
    }

    @Test
    void shouldDecayWeightsApartFromTheGradientWithAdamW() {
        // As Adam, after w = 1 - .1*.5*1 = .95: .8833333; then *.95 = .8391667, less .0163143: .8228523
        assertThat(twoUpdates(new Optimizer.AdamW(.9f, .999f, 1, .5f), true))
                .containsExactly(new float[] {.8833333f, .8228523f}, ROUNDING);
        assertThat(twoUpdates(new Optimizer.AdamW(.9f, .999f, 1, .5f), false))
                .as("biases do not decay")
                .containsExactly(new float[] {.9333333f, .9170190f}, ROUNDING);
    }
}
