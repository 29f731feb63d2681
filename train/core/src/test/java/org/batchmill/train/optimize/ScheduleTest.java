package org.batchmill.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void shouldScaleFromTheUpdateThatDarknetNumbersSo() {
        // yolo-tiny's configuration: 1e-4, steps 20,40,60,80,20000,30000, scales 5,5,2,2,.1,.1. Darknet counts updates
        // from 1.
        Schedule schedule = new Schedule.Steps(
                1e-4, List.of(20L, 40L, 60L, 80L, 20000L, 30000L), List.of(5.0, 5.0, 2.0, 2.0, .1, .1));
        assertThat(schedule.rate(0)).isEqualTo(1e-4);
        assertThat(schedule.rate(18)).isEqualTo(1e-4);
        assertThat(schedule.rate(19)).isCloseTo(5e-4, within(1e-18));
        assertThat(schedule.rate(39)).isCloseTo(2.5e-3, within(1e-17));
        assertThat(schedule.rate(79)).isCloseTo(1e-2, within(1e-16));
        assertThat(schedule.rate(19_998)).isCloseTo(1e-2, within(1e-16));
        assertThat(schedule.rate(19_999)).isCloseTo(1e-3, within(1e-16));
        assertThat(schedule.rate(29_999)).isCloseTo(1e-4, within(1e-16));
    }

    @Test
    void shouldRefuseStepsWithoutScales() {
        assertThatThrownBy(() -> new Schedule.Steps(1, List.of(1L), List.of()))
                .hasMessageContaining("1 steps, but 0 scales");
    }

    @Test
    void shouldDecayExponentiallyInStairsOrSmoothly() {
        assertThat(new Schedule.Exponential(1, .5, 10, true).rate(19)).isEqualTo(.5);
        assertThat(new Schedule.Exponential(1, .5, 10, true).rate(20)).isEqualTo(.25);
        assertThat(new Schedule.Exponential(1, .5, 10, false).rate(5)).isCloseTo(Math.sqrt(.5), within(1e-15));
    }

    @Test
    void shouldFollowAPolynomialAndStayAtItsEnd() {
        Schedule schedule = new Schedule.Polynomial(1, .1, 100, 2);
        assertThat(schedule.rate(0)).isEqualTo(1);
        assertThat(schedule.rate(50)).isCloseTo(.1 + .9 * .25, within(1e-15));
        assertThat(schedule.rate(100)).isEqualTo(.1);
        assertThat(schedule.rate(1000)).isEqualTo(.1);
    }

    @Test
    void shouldFollowHalfACosine() {
        Schedule schedule = new Schedule.Cosine(1, 0, 100);
        assertThat(schedule.rate(0)).isEqualTo(1);
        assertThat(schedule.rate(25)).isCloseTo((1 + Math.sqrt(.5)) / 2, within(1e-15));
        assertThat(schedule.rate(50)).isCloseTo(.5, within(1e-15));
        assertThat(schedule.rate(200)).isCloseTo(0, within(1e-15));
    }

    @Test
    void shouldNotScaleTheRateBeforeTheBurnInIsOver() {
        // The reference's get_current_rate with learning_rate=1e-3, burn_in=100, power=4, steps=50,200, scales=10,.1.
        Schedule schedule =
                new Schedule.WarmUp(100, 4, new Schedule.Steps(1e-3, List.of(50L, 200L), List.of(10.0, .1)));
        assertThat(schedule.rate(59)).isCloseTo(1e-3 * Math.pow(.6, 4), within(1e-12));
        assertThat(schedule.rate(98)).isCloseTo(1e-3 * Math.pow(.99, 4), within(1e-12));
        assertThat(schedule.rate(99)).isCloseTo(1e-2, within(1e-12));
        assertThat(schedule.rate(199)).isCloseTo(1e-3, within(1e-12));
    }

    @Test
    void shouldHaveNoEndBehindAPlateauEither() {
        Schedule falling = new Schedule.Polynomial(1, .1, 100, 2);
        Schedule schedule = new Schedule.Plateau(falling, .5, 3, .01, 1e-3);
        assertThat(schedule.endless().rate(1000)).isEqualTo(1);
        assertThat(schedule.endless()).isEqualTo(new Schedule.Plateau(falling.endless(), .5, 3, .01, 1e-3));
    }

    @Test
    void shouldBurnInWithTheFourthPower() {
        Schedule schedule = new Schedule.WarmUp(1000, 4, new Schedule.Constant(1e-3));
        assertThat(schedule.rate(0)).isCloseTo(1e-15, within(1e-27));
        assertThat(schedule.rate(499)).isCloseTo(1e-3 / 16, within(1e-18));
        assertThat(schedule.rate(999)).isEqualTo(1e-3);
        assertThat(schedule.rate(5000)).isEqualTo(1e-3);
    }

    @Test
    void shouldDivideByTenOnAPlateauAndAfterARestoreToo() {
        Schedule plateau = new Schedule.Plateau(new Schedule.Constant(1), .1, 1, 0, .005);
        ScheduleProgress progress = new ScheduleProgress(plateau, false);
        for (double metric : new double[] {5, 4, 4}) {
            progress.observe(metric);
        }
        assertThat(progress.rate(0)).isEqualTo(1);

        ScheduleProgress restored = new ScheduleProgress(plateau, false);
        restored.restore(progress.state());
        restored.observe(4.5);
        assertThat(restored.rate(0)).isCloseTo(.1, within(1e-16));
        restored.observe(4);
        restored.observe(4);
        assertThat(restored.rate(0)).isCloseTo(.01, within(1e-16));
        restored.observe(4);
        restored.observe(4);
        assertThat(restored.rate(0)).as("never below the floor").isEqualTo(.005);
    }

    @Test
    void shouldTakeALargerMetricAsAnImprovementWhereItIsOne() {
        ScheduleProgress progress =
                new ScheduleProgress(new Schedule.Plateau(new Schedule.Constant(1), .1, 0, .01, 0), true);
        progress.observe(.5);
        progress.observe(.6);
        assertThat(progress.rate(0)).isEqualTo(1);
        progress.observe(.605);
        assertThat(progress.rate(0))
                .as("less than the margin is no improvement")
                .isCloseTo(.1, within(1e-16));
    }

    @Test
    void shouldKeepItsShapeFromAnotherRate() {
        Schedule steps = new Schedule.Steps(.1, List.of(10L), List.of(.5)).startingAt(.2);
        assertThat(steps.rate(0)).isEqualTo(.2);
        assertThat(steps.rate(9)).isEqualTo(.1);
        Schedule cosine = new Schedule.Cosine(1, .01, 100).startingAt(2);
        assertThat(cosine.rate(100)).isCloseTo(.02, within(1e-15));
        Schedule plateau = new Schedule.Plateau(new Schedule.Constant(1), .1, 1, 0, .005).startingAt(2);
        assertThat(plateau).isEqualTo(new Schedule.Plateau(new Schedule.Constant(2), .1, 1, 0, .01));
        Schedule warm = new Schedule.WarmUp(4, 1, new Schedule.Constant(1)).startingAt(2);
        assertThat(warm.rate(0)).isEqualTo(.5);
        assertThat(warm.rate(4)).isEqualTo(2);
    }

    @Test
    void shouldFollowThePlateauBehindAWarmUpToo() {
        Schedule schedule = new Schedule.Plateau(new Schedule.Constant(1), .1, 0, 0, 0).withWarmUp(4, 1);
        ScheduleProgress progress = new ScheduleProgress(schedule, false);
        assertThat(progress.rate(1)).isEqualTo(.5);
        progress.observe(1);
        progress.observe(2);
        assertThat(progress.rate(10)).isCloseTo(.1, within(1e-16));
    }

    @Test
    void shouldReplaceAWarmUpThatIsThere() {
        Schedule darknet = new Schedule.WarmUp(10, 4, new Schedule.Constant(1));
        assertThat(darknet.withWarmUp(5, 1)).isEqualTo(new Schedule.WarmUp(5, 1, new Schedule.Constant(1)));
        assertThat(darknet.withWarmUp(0, 1)).isEqualTo(new Schedule.Constant(1));
    }
}
