package org.batchmill.augment.draw;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * An axis with ticks at 1, 2 or 5 times a power of ten (Heckbert, Nice Numbers for Graph Labels, 1990). Immutable.
 *
 * @param low  of the shown range
 * @param high of the shown range, greater than low
 * @param step between ticks
 */
public record Axis(double low, double high, double step) {

    /**
     * An axis over a range, which is widened where it is empty.
     *
     * @param range its low and its high end
     * @param ticks about how many
     */
    public static Axis over(double[] range, int ticks) {
        double low = range[0];
        double high = range[1];
        if (high - low < 1e-12 * Math.max(1, Math.abs(low))) {
            double room = low == 0 ? 1 : Math.abs(low) / 2;
            low -= room;
            high += room;
        }
        double rough = (high - low) / Math.max(2, ticks);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double part = rough / power;
        double step = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
        return new Axis(low, high, step);
    }

    /** The first tick inside the range. */
    public long firstTick() {
        return (long) Math.ceil(low / step - 1e-9);
    }

    /** The last tick inside the range. */
    public long lastTick() {
        return (long) Math.floor(high / step + 1e-9);
    }

    /** Where a value lies, 0 at the low end, 1 at the high end. */
    public double part(double value) {
        return (value - low) / (high - low);
    }

    /** A tick's value as text, with as many decimals as the step needs. */
    public String label(long tick) {
        double value = tick * step;
        if (value != 0 && (Math.abs(value) >= 1e6 || step < 1e-4)) {
            return String.format(Locale.ROOT, "%.2g", value);
        }
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        return BigDecimal.valueOf(value)
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString();
    }
}
