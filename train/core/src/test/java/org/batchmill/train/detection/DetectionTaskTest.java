package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.junit.jupiter.api.Test;

class DetectionTaskTest {

    private static final Network MINI = Models.byName("yolo-v1-mini", ModelOptions.classes(3));
    private static final DetectionTask TASK = DetectionTask.of(MINI, DrawnShapes.CLASSES);

    @Test
    void shouldKnowTheOrderOfEachHead() {
        Network tiny = Models.byName("yolo-v1-tiny", ModelOptions.classes(3));

        assertThat(TASK.loss().grid().order()).isEqualTo(YoloV1Grid.Order.PLANES);
        assertThat(DetectionTask.of(tiny, DrawnShapes.CLASSES).loss().grid().order())
                .isEqualTo(YoloV1Grid.Order.CELLS);
    }

    @Test
    void shouldRefuseANetworkForAnotherNumberOfClasses() {
        assertThatThrownBy(() -> DetectionTask.of(MINI, List.of("circle")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("yolo-v1-mini has 637 outputs");
    }

    @Test
    void shouldComeBackFromItsDescription() {
        assertThat(DetectionTask.of(TASK.description())).isEqualTo(TASK);
    }

    @Test
    void shouldMeasureTheTargetItselfAsPerfect() throws DataException {
        MemoryBatch batch = new DrawnShapes(64, 4).batch(1, 16);
        YoloV1Grid grid = TASK.loss().grid();
        float[] targets = new float[16 * grid.targetSize()];
        TASK.encode(batch, grid.targetSize(), targets);
        DetectionTask.DetectionMetrics metrics = TASK.metrics();

        metrics.add(batch, asOutputs(targets, grid, 16));

        // Objects that share a cell cannot both be told, so a few may be lost; nothing that is told is wrong.
        assertThat(metrics.scores().get("map50")).isGreaterThan(.9);
        assertThat(metrics.scores().get("images")).isEqualTo(16);
        assertThat(metrics.detail().confusion()[3]).containsOnly(0);
    }

    /** Outputs that predict the targets in the first box of each cell. */
    private static float[] asOutputs(float[] targets, YoloV1Grid grid, int rows) {
        float[] outputs = new float[rows * grid.outputSize()];
        for (int row = 0; row < rows; row++) {
            int to = row * grid.outputSize();
            for (int cell = 0; cell < grid.cells(); cell++) {
                int from = row * grid.targetSize() + cell * grid.targetPerCell();
                outputs[to + grid.confidenceAt(cell, 0)] = targets[from];
                for (int k = 0; k < grid.classes(); k++) {
                    outputs[to + grid.classAt(cell, k)] = targets[from + 1 + k];
                }
                for (int i = 0; i < 4; i++) {
                    float value = targets[from + 1 + grid.classes() + i];
                    outputs[to + grid.coordinateAt(cell, 0, i)] = i < 2 ? value : (float) Math.sqrt(value);
                }
            }
        }
        return outputs;
    }

    @Test
    void shouldCountNeitherDifficultObjectsNorCrowdsAsMistakes() throws DataException {
        Box object = new Box("circle", 0, 0, .2f, .2f);
        Box difficult = new Box("circle", .4f, 0, .6f, .2f, true, false);
        Box crowd = new Box("circle", 0, .5f, 1, 1, false, false, true);
        MemoryBatch batch = labelled(new Labels.Boxes(List.of(object, difficult, crowd)));
        int circle = DrawnShapes.CLASSES.indexOf("circle");
        Detection seen = found(object, circle);
        Detection again = found(difficult, circle);
        Detection inside = new Detection(circle, .9f, .1f, .6f, .2f, .7f);

        assertThat(TASK.mistakes(batch, 0, List.of())).as("missed").isEqualTo(1);
        assertThat(TASK.mistakes(batch, 0, List.of(seen))).isZero();
        assertThat(TASK.mistakes(batch, 0, List.of(seen, again, again, inside, inside)))
                .isZero();
        assertThat(TASK.mistakes(batch, 0, List.of(seen, seen))).as("twice").isEqualTo(1);
        assertThat(TASK.mistakes(batch, 0, List.of(seen, found(crowd, circle + 1))))
                .as("of another class")
                .isEqualTo(1);
    }

    private static Detection found(Box box, int classIndex) {
        return new Detection(classIndex, .9f, box.xmin(), box.ymin(), box.xmax(), box.ymax());
    }

    @Test
    void shouldNameTheSampleWithAnUnknownClass() {
        MemoryBatch batch = labelled(new Labels.Boxes(List.of(new Box("hexagon", 0, 0, 1, 1))));

        assertThatThrownBy(() -> encode(batch))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("drawn#0")
                .hasMessageContaining("hexagon");
    }

    @Test
    void shouldNameTheSampleWithoutBoxes() {
        assertThatThrownBy(() -> encode(labelled(Labels.NONE)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("drawn#0: bad-annotation: has no boxes");
    }

    private static void encode(MemoryBatch batch) throws DataException {
        int size = TASK.loss().grid().targetSize();
        TASK.encode(batch, size, new float[size]);
    }

    private static MemoryBatch labelled(Labels labels) {
        MemoryBatch drawn = new DrawnShapes(16, 1).batch(1, 1);
        return new MemoryBatch(drawn.bytes(), 16, 16, List.of(labels));
    }
}
