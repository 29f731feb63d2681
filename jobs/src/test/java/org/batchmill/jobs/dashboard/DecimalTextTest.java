package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTextTest {

    private static final int NUMBERS = 300_000;

    private static double parse(String text) {
        byte[] bytes = ("x" + text + ",").getBytes(StandardCharsets.UTF_8);
        return DecimalText.parse(bytes, 1, bytes.length - 1);
    }

    private static void same(String text) {
        assertThat(Double.doubleToRawLongBits(parse(text)))
                .as(text)
                .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "-0.0",
                "1",
                "-1.5",
                ".5",
                "5.",
                "1e3",
                "1E-3",
                "00012.50",
                "9007199254740993",
                "9007199254740992",
                "9007199254740993.0",
                "123456789012345678",
                "1234567890123456789",
                "1e22",
                "1e23",
                "1e-22",
                "1e-23",
                "1e308",
                "1e309",
                "4.9E-324",
                "1e-400",
                "NaN",
                "Infinity",
                "-Infinity",
                "1e+5",
                "0.9999999999999999",
                "0.99999999999999995",
                "1.00000000000000011",
                "0.000000000000000000001",
                "1e0005"
            })
    void shouldReadAsTheJdkDoes(String text) {
        same(text);
    }

    @Test
    void shouldReadAnyDoubleAndWhatLiesBetweenTwoAsTheJdkDoes() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int i = 0; i < NUMBERS; i++) {
            double value = Math.scalb(random.nextGaussian(), random.nextInt(120) - 60);
            same(Double.toString(value));
            same(Float.toString((float) value));
            long digits = random.nextLong(1_000_000_000_000_000_000L);
            same(digits + "E" + -random.nextInt(25));
            BigDecimal middle =
                    new BigDecimal(value).add(new BigDecimal(Math.ulp(value)).divide(BigDecimal.valueOf(2)));
            same(middle.round(new MathContext(18)).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".", "e5", "1e", "1e-", "1.2.3", "1x", "--1", "1,2", "\u00e9"})
    void shouldRefuseWhatIsNoNumber(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(NumberFormatException.class);
    }
}
