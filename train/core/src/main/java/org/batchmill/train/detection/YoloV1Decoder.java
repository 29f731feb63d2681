package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.batchmill.train.loss.YoloV1Grid;

/**
 * Turns the outputs of a YOLO v1 network into detections. The score of a class in a box is the class value times the confidence; the
 * product of two negative values counts, as it does in the reference program. A plain value.
 *
 * @param grid        the layout of the outputs
 * @param exponent    what predicted sizes are raised to: 2 where the network predicts square roots, 1 where it does not; the sign of a
 *                    negative size is lost
 * @param threshold   the least score
 * @param inclusive   whether a score of exactly {@code threshold} is kept
 * @param onlyClass   the one class to look for, empty for all
 * @param suppression what is done about several detections of one object
 */
public record YoloV1Decoder(
        YoloV1Grid grid,
        double exponent,
        double threshold,
        boolean inclusive,
        OptionalInt onlyClass,
        NonMaximumSuppression suppression) {

    /** The reference program's: squares, scores above {@code threshold} (it validates with .001), suppression above an IoU of .5. */
    public static YoloV1Decoder reference(YoloV1Grid grid, double threshold) {
        return new YoloV1Decoder(grid, 2, threshold, false, OptionalInt.empty(), new NonMaximumSuppression(.5, false));
    }

    /** A recipe for finding one class, cars, in road images: sizes to the power of 1.8, threshold .17, suppression from .4. */
    public static YoloV1Decoder vehicle(YoloV1Grid grid, int carClass) {
        return new YoloV1Decoder(grid, 1.8, .17, true, OptionalInt.of(carClass), new NonMaximumSuppression(.4, true));
    }

    public YoloV1Decoder withThreshold(double newThreshold) {
        return new YoloV1Decoder(grid, exponent, newThreshold, inclusive, onlyClass, suppression);
    }

    public YoloV1Decoder withSuppression(NonMaximumSuppression newSuppression) {
        return new YoloV1Decoder(grid, exponent, threshold, inclusive, onlyClass, newSuppression);
    }

    /** The detections of one image after suppression, by falling score. */
    public List<Detection> detect(float[] outputs, int row) {
        return suppression.apply(decode(outputs, row));
    }

    /**
     * The detections of one image before suppression, by cell, box and class.
     *
     * @param outputs [rows][outputSize]
     */
    public List<Detection> decode(float[] outputs, int row) {
        int from = row * grid.outputSize();
        List<Detection> detections = new ArrayList<>();
        for (int cell = 0; cell < grid.cells(); cell++) {
            for (int box = 0; box < grid.boxes(); box++) {
                float confidence = outputs[from + grid.confidenceAt(cell, box)];
                int first = onlyClass.orElse(0);
                int last = onlyClass.orElse(grid.classes() - 1);
                for (int k = first; k <= last; k++) {
                    float score = outputs[from + grid.classAt(cell, k)] * confidence;
                    if (inclusive ? score >= threshold : score > threshold) {
                        detections.add(place(outputs, from, cell, box, k, score));
                    }
                }
            }
        }
        return detections;
    }

    private Detection place(float[] outputs, int from, int cell, int box, int classIndex, float score) {
        int side = grid.side();
        double x = (outputs[from + grid.coordinateAt(cell, box, 0)] + cell % side) / side;
        double y = (outputs[from + grid.coordinateAt(cell, box, 1)] + Math.floorDiv(cell, side)) / side;
        double width = size(outputs[from + grid.coordinateAt(cell, box, 2)]);
        double height = size(outputs[from + grid.coordinateAt(cell, box, 3)]);
        return new Detection(
                classIndex, score, (float) (x - width / 2), (float) (y - height / 2), (float) (x + width / 2), (float)
                        (y + height / 2));
    }

    private double size(float predicted) {
        double size = Math.abs((double) predicted);
        return exponent == 2 ? size * size : Math.pow(size, exponent);
    }
}
