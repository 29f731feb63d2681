package org.batchmill.augment.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypefaceTest {

    @ParameterizedTest
    @ValueSource(strings = {"A", "g", "é", "ß", "Ж", "Ω", "Ő", "ﬁ", "→", "≥", "€"})
    void shouldHaveLettersOfManyAlphabets(String letter) {
        assertThat(Typeface.SANS.has(letter.codePointAt(0))).isTrue();
        assertThat(Typeface.SANS.outline(letter, 20)).isNotEmpty();
    }

    @Test
    void shouldDrawCapitalsAsTallAsAskedFor() {
        List<Typeface.Contour> contours = Typeface.SANS.outline("H", 21);

        assertThat(contours).hasSize(1);
        double[] points = contours.get(0).points();
        assertThat(points).hasSize(24);
        double top = 0;
        double bottom = Double.NEGATIVE_INFINITY;
        for (int i = 1; i < points.length; i += 2) {
            top = Math.min(top, points[i]);
            bottom = Math.max(bottom, points[i]);
        }
        assertThat(top).isCloseTo(-21, within(1e-9));
        assertThat(bottom).isCloseTo(0, within(1e-9));
    }

    /** An o has a hole; an o with two dots has two contours more, put together from other letters. */
    @Test
    void shouldPutAccentsOnLetters() {
        assertThat(Typeface.SANS.outline("o", 20)).hasSize(2);
        assertThat(Typeface.SANS.outline("ö", 20)).hasSize(4);
        assertThat(Typeface.SANS.width("ö", 20)).isEqualTo(Typeface.SANS.width("o", 20));
        assertThat(Typeface.SANS.width("oo", 20)).isEqualTo(2 * Typeface.SANS.width("o", 20));
    }

    @Test
    void shouldDrawWhatIsMissingAsAFrameAndControlsAsSpaces() {
        assertThat(Typeface.SANS.has(0x4e2d)).isFalse();
        assertThat(Typeface.SANS.outline("\u4e2d", 20)).hasSizeGreaterThan(1);
        assertThat(Typeface.SANS.outline("\n\t ", 20)).isEmpty();
    }

    @Test
    void shouldCoverTheStemOfALetterAndNothingBesideIt() {
        int[] row = new int[40];
        try (Canvas canvas = Canvas.blank(40, 40, Rgb.WHITE)) {
            canvas.text("l", 10, 30, 20, Rgb.BLACK);
            try (UByteIndexer pixels = canvas.mat().createIndexer()) {
                for (int x = 0; x < row.length; x++) {
                    row[x] = pixels.get(20, x, 0);
                }
            }
        }
        assertThat(Arrays.stream(row).min().getAsInt()).isZero();
        assertThat(Arrays.stream(row).map(value -> 255 - value).sum() / 255.0)
                .as("the stem is 184 of 1493 units wide where capitals are 20 pixels tall")
                .isCloseTo(184.0 / 1493 * 20, within(.35));
        assertThat(row[2]).isEqualTo(255);
        assertThat(row[30]).isEqualTo(255);
    }

    @Test
    void shouldDrawAtTheEdgesAndBeyondThem() {
        try (Canvas canvas = Canvas.blank(30, 12, Rgb.WHITE)) {
            canvas.text("a text that is far too long for it ".repeat(100), -5, 14, 10, Rgb.BLACK);
            canvas.text("above", 3, -40, 10, Rgb.BLACK);
            canvas.text("beside", 300, 5, 10, Rgb.BLACK);
            canvas.text("", 3, 5, 10, Rgb.BLACK);
            assertThat(canvas.width()).isEqualTo(30);
        }
    }
}
