package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.batchmill.testing.SharedData;
import org.batchmill.train.golden.GoldenArrays;
import org.batchmill.train.loss.YoloV1Grid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded rows are the reference program's: [box, class, score, x, y, w, h]. */
class YoloV1DecoderTest {

    private static final YoloV1Grid GRID = new YoloV1Grid(7, 2, 20, YoloV1Grid.Order.CELLS);

    @ParameterizedTest
    @CsvSource({"synthetic_t001, .001", "synthetic_t2, .2"})
    void shouldDecodeAndSuppressAsTheReferenceDoes(String name, double threshold) {
        float[] outputs = GoldenArrays.resource(YoloV1DecoderTest.class, "input_synthetic.f32");

        check(
                outputs,
                threshold,
                GoldenArrays.resource(YoloV1DecoderTest.class, name + "_decoded.f32"),
                GoldenArrays.resource(YoloV1DecoderTest.class, name + "_nms.f32"));
    }

    @ParameterizedTest
    @CsvSource({"a, 001, .001", "a, 008, .008", "c, 001, .001", "c, 005, .005"})
    void shouldDecodeTheTinyNetworksOutputsAsTheReferenceDoes(String input, String suffix, double threshold)
            throws IOException {
        check(
                shared("tiny-yolo-v1/output_" + input + ".f32"),
                threshold,
                shared("nms-decode/tiny_" + input + "_t" + suffix + "_decoded.f32"),
                shared("nms-decode/tiny_" + input + "_t" + suffix + "_nms.f32"));
    }

    @Test
    void shouldLookForOneClassWithTheVehicleRecipe() {
        float[] outputs = new float[GRID.outputSize()];
        int cell = 3 * 7 + 2;
        put(outputs, cell, 0, 6, .9f, new float[] {.5f, .5f, .5f, .25f});
        put(outputs, cell, 1, 6, .8f, new float[] {.5f, .5f, .5f, .26f});
        outputs[GRID.classAt(cell, 7)] = 1;

        List<Detection> cars = YoloV1Decoder.vehicle(GRID, 6).detect(outputs, 0);

        assertThat(cars).hasSize(1);
        Detection car = cars.get(0);
        assertThat(car.classIndex()).isEqualTo(6);
        assertThat(car.score()).isEqualTo(.9f);
        assertThat(car.xmax() - car.xmin()).isCloseTo((float) Math.pow(.5, 1.8), within(1e-6f));
        assertThat(car.ymax() - car.ymin()).isCloseTo((float) Math.pow(.25, 1.8), within(1e-6f));
        assertThat((car.xmax() + car.xmin()) / 2).isCloseTo(2.5f / 7, within(1e-6f));
    }

    @Test
    void shouldKeepAScoreOnTheThresholdOnlyWithTheVehicleRecipe() {
        float[] outputs = new float[GRID.outputSize()];
        put(outputs, 0, 0, 6, .5f, new float[] {.5f, .5f, .5f, .5f});

        assertThat(YoloV1Decoder.vehicle(GRID, 6).withThreshold(.5).detect(outputs, 0))
                .hasSize(1);
        assertThat(YoloV1Decoder.reference(GRID, .5).detect(outputs, 0)).isEmpty();
    }

    @Test
    void shouldReadTheRowThatIsAskedFor() {
        float[] outputs = new float[2 * GRID.outputSize()];
        float[] second = new float[GRID.outputSize()];
        put(second, 5, 1, 2, .7f, new float[] {.5f, .5f, .5f, .5f});
        System.arraycopy(second, 0, outputs, GRID.outputSize(), second.length);

        assertThat(YoloV1Decoder.reference(GRID, .1).decode(outputs, 0)).isEmpty();
        assertThat(YoloV1Decoder.reference(GRID, .1).decode(outputs, 1)).hasSize(1);
    }

    private static void put(float[] outputs, int cell, int box, int classIndex, float confidence, float[] place) {
        outputs[GRID.classAt(cell, classIndex)] = 1;
        outputs[GRID.confidenceAt(cell, box)] = confidence;
        for (int i = 0; i < 4; i++) {
            outputs[GRID.coordinateAt(cell, box, i)] = place[i];
        }
    }

    private static void check(float[] outputs, double threshold, float[] decoded, float[] suppressed) {
        YoloV1Decoder decoder = YoloV1Decoder.reference(GRID, threshold);
        compare(decoder.decode(outputs, 0), decoded);
        compare(decoder.detect(outputs, 0), suppressed);
    }

    private static void compare(List<Detection> actual, float[] rows) {
        List<Detection> expected = new ArrayList<>();
        for (int i = 0; i < rows.length; i += 7) {
            float halfWidth = rows[i + 5] / 2;
            float halfHeight = rows[i + 6] / 2;
            expected.add(new Detection(
                    (int) rows[i + 1],
                    rows[i + 2],
                    rows[i + 3] - halfWidth,
                    rows[i + 4] - halfHeight,
                    rows[i + 3] + halfWidth,
                    rows[i + 4] + halfHeight));
        }
        Comparator<Detection> byPlace = Comparator.comparing(Detection::classIndex)
                .thenComparing(d -> Math.round((d.xmin() + d.xmax()) * 5e3))
                .thenComparing(d -> Math.round((d.ymin() + d.ymax()) * 5e3));
        List<Detection> sorted = new ArrayList<>(actual);
        sorted.sort(byPlace);
        expected.sort(byPlace);
        assertThat(sorted).hasSameSizeAs(expected);
        for (int i = 0; i < sorted.size(); i++) {
            Detection a = sorted.get(i);
            Detection e = expected.get(i);
            assertThat(new float[] {a.classIndex(), a.score(), a.xmin(), a.ymin(), a.xmax(), a.ymax()})
                    .containsExactly(
                            new float[] {e.classIndex(), e.score(), e.xmin(), e.ymin(), e.xmax(), e.ymax()},
                            within(1e-6f));
        }
    }

    private static float[] shared(String path) throws IOException {
        return GoldenArrays.floats(Files.readAllBytes(SharedData.golden(path)));
    }
}
