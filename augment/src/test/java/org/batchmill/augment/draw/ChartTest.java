package org.batchmill.augment.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.List;
import javax.imageio.ImageIO;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.junit.jupiter.api.Test;

class ChartTest {

    private static int[][] pixels(Canvas canvas) throws Exception {
        var image = ImageIO.read(new ByteArrayInputStream(canvas.png()));
        int[][] rgb = new int[image.getHeight()][image.getWidth()];
        for (int y = 0; y < rgb.length; y++) {
            for (int x = 0; x < rgb[y].length; x++) {
                rgb[y][x] = image.getRGB(x, y) & 0xffffff;
            }
        }
        return rgb;
    }

    private static int code(Rgb colour) {
        return colour.red() << 16 | colour.green() << 8 | colour.blue();
    }

    private static long count(int[][] pixels, Rgb colour) {
        long count = 0;
        for (int[] row : pixels) {
            for (int pixel : row) {
                count += pixel == code(colour) ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void shouldPlaceBarsInProportionToTheirHeights() throws Exception {
        double[] edges = {0, 1, 2};
        try (Canvas canvas = new Chart("t", "x", "y")
                .bars("", edges, new double[] {1, 2})
                .yRange(0, 2)
                .draw(400, 300)) {
            int[][] pixels = pixels(canvas);
            int[] tall = new int[400];
            for (int[] row : pixels) {
                for (int x = 0; x < 400; x++) {
                    tall[x] += row[x] == code(Rgb.of(0)) ? 1 : 0;
                }
            }
            assertThat(tall[300]).isGreaterThan(100);
            assertThat(tall[100]).isBetween(tall[300] / 2 - 1, tall[300] / 2 + 1);
        }
    }

    @Test
    void shouldDrawEachSeriesInAColourOfItsOwn() throws Exception {
        double[] x = {0, 1, 2};
        try (Canvas canvas = new Chart("t", "x", "y")
                .line("a", x, new double[] {0, 1, Double.NaN})
                .line("b", x, new double[] {1, 0, 0})
                .draw(400, 300)) {
            int[][] pixels = pixels(canvas);
            assertThat(count(pixels, Rgb.of(0))).isGreaterThan(100);
            assertThat(count(pixels, Rgb.of(1))).isGreaterThan(100);
            assertThat(count(pixels, Rgb.of(2))).isZero();
        }
    }

    @Test
    void shouldPutTicksOnRoundNumbers() {
        Axis axis = Axis.over(new double[] {0.013, 0.98}, 5);
        assertThat(axis.step()).isEqualTo(0.2);
        assertThat(axis.label(axis.firstTick())).isEqualTo("0.2");
        assertThat(axis.label(axis.lastTick())).isEqualTo("0.8");
        assertThat(Axis.over(new double[] {3, 3}, 5).low()).isLessThan(3);
    }

    @Test
    void shouldStandEmptyDataAndValuesThatAreAllEqual() {
        new Chart("", "", "")
                .line("a", new double[0], new double[0])
                .draw(200, 150)
                .close();
        new Chart("", "", "")
                .histogram("a", new double[] {5, 5, Double.NaN}, 10)
                .draw(200, 150)
                .close();
        Chart chart = new Chart("", "", "");
        assertThatThrownBy(() -> chart.line("a", new double[1], new double[2]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldDrawBoxesOntoSomebodyElsesPixels() {
        ByteBuffer frame = ByteBuffer.allocateDirect(240 * 320 * 3);
        try (Canvas canvas = Canvas.over(frame, 240, 320)) {
            Annotations.draw(
                    canvas, new Labels.Boxes(List.of(new Box("car", 0.25f, 0.25f, 0.75f, 0.75f))), List.of("car"));
        }
        int edge = (180 * 320 + 160) * 3;
        assertThat(frame.get(edge) & 0xff).isEqualTo(Rgb.of(0).red());
        assertThat(frame.get(edge + 2) & 0xff).isEqualTo(Rgb.of(0).blue());
        assertThat(frame.get((120 * 320 + 160) * 3)).isZero();
    }
}
