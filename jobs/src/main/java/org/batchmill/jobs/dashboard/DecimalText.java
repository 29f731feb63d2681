package org.batchmill.jobs.dashboard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decimal numbers in ASCII, to the double that lies nearest, as {@link Double#parseDouble} finds it and in a fraction of its time. Stateless.
 *
 * <p>A number is {@code digits * 10^power}. Both parts are exact doubles where there are at most 53 bits of digits and the power is no
 * more than 22, and one operation between them rounds once (Clinger 1990). More digits, up to 18, are two doubles, whose quotient by a
 * power is taken to twice the precision (Dekker 1971); its remainder tells whether that rounds as the true quotient does. All others
 * are left to the JDK.
 */
final class DecimalText {

    private static final int MOST_DIGITS = 18;
    private static final long EXACT = 1L << 53;

    /** All powers of ten that are doubles. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** How near to the middle between two doubles, in units of their distance, a quotient may lie and still be trusted: errors are below 2^-48. */
    private static final double NEAR = 1e-12;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOWER_HALVES = 0x0f0f0f0f0f0f0f0fL;
    private static final long UPPER_HALVES = 0xf0f0f0f0f0f0f0f0L;
    private static final long SIXES = 0x0606060606060606L;
    private static final long THREES = 0x3333333333333333L;

    private DecimalText() {}

    /** @throws NumberFormatException if this is no number */
    static double parse(byte[] bytes, int from, int to) {
        boolean negative = from < to && bytes[from] == '-';
        int first = negative ? from + 1 : from;
        int at = first;
        while (at < to && bytes[at] == '0') {
            at++;
        }
        int significant = at;
        long digits = 0;
        while (at < to && isDigit(bytes[at])) {
            digits = 10 * digits + bytes[at++] - '0';
        }
        int count = at - significant;
        int whole = at - first;
        int behindPoint = 0;
        if (at < to && bytes[at] == '.') {
            int point = ++at;
            while (digits == 0 && at < to && bytes[at] == '0') {
                at++;
            }
            significant = at;
            for (; at + Long.BYTES <= to && areDigits((long) LONGS.get(bytes, at)); at += Long.BYTES) {
                digits = 100_000_000 * digits + number((long) LONGS.get(bytes, at));
            }
            while (at < to && isDigit(bytes[at])) {
                digits = 10 * digits + bytes[at++] - '0';
            }
            count += at - significant;
            behindPoint = at - point;
        }
        boolean usual = count <= MOST_DIGITS && whole + behindPoint > 0;
        int power = -behindPoint;
        if (usual && at < to && (bytes[at] == 'E' || bytes[at] == 'e')) {
            at++;
            boolean small = at < to && bytes[at] == '-';
            at += small ? 1 : 0;
            usual = at < to && to - at <= 3;
            int exponent = 0;
            while (at < to && isDigit(bytes[at])) {
                exponent = 10 * exponent + bytes[at++] - '0';
            }
            power += small ? -exponent : exponent;
        }
        if (usual && at == to) {
            double value = value(digits, power);
            if (!Double.isNaN(value)) {
                return negative ? -value : value;
            }
        }
        return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    /** Whether all of eight characters are digits: none has another upper half than 3, with 6 added neither. */
    private static boolean areDigits(long eight) {
        return ((eight & UPPER_HALVES) | (((eight + SIXES) & UPPER_HALVES) >>> 4)) == THREES;
    }

    /** Eight digits, the first of which is the lowest byte: neighbours are joined to two, four and eight digits. */
    private static long number(long eight) {
        long pairs = ((eight & LOWER_HALVES) * 2561) >>> 8;
        long fours = ((pairs & 0x00ff00ff00ff00ffL) * 6553601) >>> 16;
        return ((fours & 0x0000ffff0000ffffL) * 42949672960001L) >>> 32;
    }

    /** NaN where it is not certain. */
    private static double value(long digits, int power) {
        if (digits == 0) {
            return 0;
        }
        if (power < -22 || power > 22 || (digits > EXACT && power > 0)) {
            return Double.NaN;
        }
        if (digits <= EXACT || power == 0) {
            return power < 0 ? digits / POWERS[-power] : digits * POWERS[power];
        }
        double divisor = POWERS[-power];
        double high = digits;
        double low = digits - (long) high;
        double quotient = high / divisor;
        double rest = (Math.fma(-quotient, divisor, high) + low) / divisor;
        double sum = quotient + rest;
        double remainder = Math.abs(rest - (sum - quotient)) / Math.ulp(sum);
        // Below a power of two doubles lie twice as near, so that the middle is a quarter away.
        boolean certain = Math.abs(remainder - .5) > NEAR && Math.abs(remainder - .25) > NEAR;
        return certain ? sum : Double.NaN;
    }
}
