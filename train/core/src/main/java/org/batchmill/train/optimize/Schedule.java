package org.batchmill.train.optimize;

import java.util.List;

/**
 * The learning rate as a function of the step, which counts updates from 0. A plain value. {@link Plateau} depends on the metric
 * as well: {@link ScheduleProgress} follows it.
 */
public sealed interface Schedule {

    /** The rate of update {@code step}, counted from 0; reductions of {@link Plateau} not included. */
    double rate(long step);

    /** The rate that the schedule is set to before anything changes it. */
    double initial();

    /** In words and numbers, for people. */
    String describe();

    /** The same shape from another rate: what falls to a rate, or is kept above one, does so in proportion. */
    Schedule startingAt(double rate);

    /**
     * The same behind a warm-up, which takes the place of one that is there.
     *
     * @param steps updates that it lasts; 0 for none
     * @param power of its rise, see {@link WarmUp}
     */
    default Schedule withWarmUp(long steps, double power) {
        return steps == 0 ? this : new WarmUp(steps, power, this);
    }

    /** The same without a planned end: one that falls over a number of steps stays at the rate that it begins with. */
    default Schedule endless() {
        return this;
    }

    /** One rate. */
    record Constant(double rate) implements Schedule {
        @Override
        public double rate(long step) {
            return rate;
        }

        @Override
        public double initial() {
            return rate;
        }

        @Override
        public String describe() {
            return "constant " + rate;
        }

        @Override
        public Schedule startingAt(double rate) {
            return new Constant(rate);
        }
    }

    /**
     * Darknet's {@code steps} policy: the rate is multiplied by {@code scales[i]} from update {@code steps[i]} on, where the first
     * update is number 1, as darknet counts.
     *
     * @param initial the rate before the first of {@code steps}
     */
    record Steps(double initial, List<Long> steps, List<Double> scales) implements Schedule {
        public Steps {
            steps = List.copyOf(steps);
            scales = List.copyOf(scales);
            if (steps.size() != scales.size()) {
                throw new IllegalArgumentException(steps.size() + " steps, but " + scales.size() + " scales");
            }
        }

        @Override
        public double rate(long step) {
            double rate = initial;
            for (int i = 0; i < steps.size() && steps.get(i) <= step + 1; i++) {
                rate *= scales.get(i);
            }
            return rate;
        }

        @Override
        public String describe() {
            return "from " + initial + ", times " + scales + " at steps " + steps;
        }

        @Override
        public Schedule startingAt(double rate) {
            return new Steps(rate, steps, scales);
        }
    }

    /**
     * {@code initial * factor ^ (step / every)}.
     *
     * @param staircase whether the exponent is rounded down
     */
    record Exponential(double initial, double factor, long every, boolean staircase) implements Schedule {
        public Exponential {
            requirePositive("every", every);
        }

        @Override
        public double rate(long step) {
            double exponent = staircase ? Math.floorDiv(step, every) : (double) step / every;
            return initial * Math.pow(factor, exponent);
        }

        @Override
        public String describe() {
            return "from " + initial + ", times " + factor + " every " + every + " steps"
                    + (staircase ? "" : ", gradually");
        }

        @Override
        public Schedule startingAt(double rate) {
            return new Exponential(rate, factor, every, staircase);
        }
    }

    /** {@code last + (initial - last) * (1 - step / steps) ^ power}, and {@code last} from {@code steps} on. */
    record Polynomial(double initial, double last, long steps, double power) implements Schedule {
        public Polynomial {
            requirePositive("steps", steps);
        }

        @Override
        public double rate(long step) {
            return last + (initial - last) * Math.pow(1 - (double) Math.min(step, steps) / steps, power);
        }

        @Override
        public Schedule endless() {
            return new Constant(initial);
        }

        @Override
        public String describe() {
            return "from " + initial + " to " + last + " over " + steps + " steps, power " + power;
        }

        @Override
        public Schedule startingAt(double rate) {
            return new Polynomial(rate, last * (rate / initial), steps, power);
        }
    }

    /** Half a cosine from {@code initial} to {@code last} over {@code steps} (Loshchilov and Hutter 2017, one period). */
    record Cosine(double initial, double last, long steps) implements Schedule {
        public Cosine {
            requirePositive("steps", steps);
        }

        @Override
        public double rate(long step) {
            double share = (double) Math.min(step, steps) / steps;
            return last + (initial - last) * (1 + Math.cos(Math.PI * share)) / 2;
        }

        @Override
        public Schedule endless() {
            return new Constant(initial);
        }

        @Override
        public String describe() {
            return "cosine from " + initial + " to " + last + " over " + steps + " steps";
        }

        @Override
        public Schedule startingAt(double rate) {
            return new Cosine(rate, last * (rate / initial), steps);
        }
    }

    /**
     * For the first updates {@code then}'s initial rate times {@code (number / steps) ^ power}, where the first update is number 1: with
     * power 4 this is darknet's burn-in, with power 1 the usual linear warm-up. What {@code then} does to its rate in the meantime
     * shows behind the warm-up only, as in darknet.
     */
    record WarmUp(long steps, double power, Schedule then) implements Schedule {
        public WarmUp {
            requirePositive("steps", steps);
        }

        @Override
        public double rate(long step) {
            return step + 1 < steps ? initial() * Math.pow((double) (step + 1) / steps, power) : then.rate(step);
        }

        @Override
        public double initial() {
            return then.initial();
        }

        @Override
        public Schedule endless() {
            return new WarmUp(steps, power, then.endless());
        }

        @Override
        public String describe() {
            return "warm-up of " + steps + " steps" + (power == 1 ? "" : ", power " + power) + ", then "
                    + then.describe();
        }

        @Override
        public Schedule startingAt(double rate) {
            return new WarmUp(steps, power, then.startingAt(rate));
        }

        @Override
        public Schedule withWarmUp(long steps, double power) {
            return then.withWarmUp(steps, power);
        }
    }

    /**
     * {@code then} of a number of the update that is 1 for the first, as darknet counts: its {@code seen} has grown by the batch before
     * the rate is asked for. There the first update of {@code exp} already has the factor once.
     */
    record CountedFromOne(Schedule then) implements Schedule {
        @Override
        public double rate(long step) {
            return then.rate(step + 1);
        }

        @Override
        public double initial() {
            return then.initial();
        }

        @Override
        public String describe() {
            return then.describe() + ", the first of which is 1";
        }

        @Override
        public Schedule startingAt(double rate) {
            return new CountedFromOne(then.startingAt(rate));
        }

        @Override
        public Schedule endless() {
            return new CountedFromOne(then.endless());
        }
    }

    /**
     * {@code base}, multiplied by {@code factor} each time the metric has not improved for more than {@code patience} evaluations.
     *
     * @param factor   .1 divides by 10
     * @param patience evaluations without improvement that are tolerated
     * @param margin   what counts as an improvement: better by more than this, absolute
     * @param floor    the rate is never reduced below this
     */
    record Plateau(Schedule base, double factor, int patience, double margin, double floor) implements Schedule {
        public Plateau {
            if (!(factor > 0 && factor < 1)) {
                throw new IllegalArgumentException("factor: " + factor + " is not between 0 and 1");
            }
        }

        @Override
        public double rate(long step) {
            return base.rate(step);
        }

        @Override
        public double initial() {
            return base.initial();
        }

        @Override
        public String describe() {
            return base.describe() + ", times " + factor + " after " + patience
                    + " evaluations without a better one, down to " + floor;
        }

        @Override
        public Schedule startingAt(double rate) {
            return new Plateau(base.startingAt(rate), factor, patience, margin, floor * (rate / initial()));
        }

        @Override
        public Schedule withWarmUp(long steps, double power) {
            return new Plateau(base.withWarmUp(steps, power), factor, patience, margin, floor);
        }

        @Override
        public Schedule endless() {
            return new Plateau(base.endless(), factor, patience, margin, floor);
        }
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + ": " + value);
        }
    }
}
