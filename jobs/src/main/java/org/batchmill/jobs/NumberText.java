package org.batchmill.jobs;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people write them: {@code 87}, {@code 0.9921}, not {@code 87.000}. Stateless. */
public final class NumberText {

    private static final int DIGITS = 5;

    private NumberText() {}

    /** At most five digits that mean something, more only of whole numbers, and no zeros behind them. */
    public static String of(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e15) {
            return Long.toString((long) value);
        }
        if (size < 1e-4) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        int digits = Math.max(DIGITS, (int) Math.ceil(Math.log10(size)));
        return new BigDecimal(value)
                .round(new MathContext(digits))
                .stripTrailingZeros()
                .toPlainString();
    }
}
