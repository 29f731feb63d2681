package org.batchmill.train.optimize;

/**
 * Follows a {@link Schedule} through a run: it takes in the metric of each evaluation, and its state belongs into checkpoints. Used
 * by one thread at a time.
 */
public final class ScheduleProgress {

    private final Schedule schedule;
    private final boolean higherIsBetter;
    private double best = Double.NaN;
    private int withoutImprovement;
    private int reductions;

    /** @param higherIsBetter how the metric that {@link #observe} takes is to be read */
    public ScheduleProgress(Schedule schedule, boolean higherIsBetter) {
        this.schedule = schedule;
        this.higherIsBetter = higherIsBetter;
    }

    /** The learning rate of update {@code step}, counted from 0. */
    public double rate(long step) {
        return rate(step, 0, 0);
    }

    /**
     * The same where the run will be shorter than was planned: a schedule with a planned end is there at the run's.
     *
     * @param planned  updates that the schedule was made for
     * @param expected updates that the run will have
     */
    public double rate(long step, long planned, long expected) {
        boolean shorter = expected < planned && !schedule.endless().equals(schedule);
        double rate = schedule.rate(shorter ? Math.round((double) step * planned / expected) : step);
        if (schedule instanceof Schedule.Plateau plateau && reductions > 0) {
            return Math.max(Math.min(rate, plateau.floor()), rate * Math.pow(plateau.factor(), reductions));
        }
        return rate;
    }

    /** Takes in the metric of an evaluation. */
    public void observe(double metric) {
        if (!(schedule instanceof Schedule.Plateau plateau)) {
            return;
        }
        double gain = higherIsBetter ? metric - best : best - metric;
        if (Double.isNaN(best) || gain > plateau.margin()) {
            best = metric;
            withoutImprovement = 0;
        } else if (++withoutImprovement > plateau.patience()) {
            reductions++;
            withoutImprovement = 0;
        }
    }

    /** For the checkpoint: what {@link #restore} takes back. */
    public String state() {
        return reductions + " " + withoutImprovement + " " + best;
    }

    /** @throws IllegalArgumentException if {@link #state()} did not give this */
    public void restore(String state) {
        String[] parts = state.split(" ", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not the state of a schedule: " + state);
        }
        reductions = Integer.parseInt(parts[0]);
        withoutImprovement = Integer.parseInt(parts[1]);
        best = Double.parseDouble(parts[2]);
    }
}
