package org.batchmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {

    @ParameterizedTest
    @CsvSource({
        "87, 87",
        "-3, -3",
        "0, 0",
        "400, 400",
        "0.5, 0.5",
        "0.992049, 0.99205",
        "12.3400001, 12.34",
        "123456.7, 123457",
        "0.00001234, 1.23e-05",
        "NaN, NaN",
        "-Infinity, -Infinity",
        "1e20, 100000000000000000000"
    })
    void shouldWriteNumbersAsPeopleDo(double value, String text) {
        assertThat(NumberText.of(value)).isEqualTo(text);
    }
}
