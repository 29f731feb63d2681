package org.batchmill.train.loss;

import java.util.Arrays;

/** One evaluation of {@link YoloV1Loss}: fills an array with the reference program's deltas and keeps the sums it prints. */
final class YoloV1Pass {

    private final YoloV1Loss loss;
    private final YoloV1Grid grid;
    private final float[] outputs;
    private final float[] targets;
    private final int rows;
    private final float[] delta;

    private double weightedSquares;
    private double squaredDeltas;
    private double cost2015;
    private double iouSum;
    private double positiveClassSum;
    private double allClassSum;
    private double positiveObjectSum;
    private double anyObjectSum;
    private int objects;

    YoloV1Pass(YoloV1Loss loss, float[] outputs, float[] targets, int rows, float[] delta) {
        this.loss = loss;
        this.grid = loss.grid();
        this.outputs = outputs;
        this.targets = targets;
        this.rows = rows;
        this.delta = delta;
        if (outputs.length != rows * grid.outputSize()
                || targets.length != rows * grid.targetSize()
                || delta.length != outputs.length) {
            throw new IllegalArgumentException(rows + " rows of " + outputs.length + " outputs, " + targets.length
                    + " targets, " + delta.length + " gradients do not fit " + grid);
        }
    }

    void run() {
        Arrays.fill(delta, 0);
        for (int row = 0; row < rows; row++) {
            for (int cell = 0; cell < grid.cells(); cell++) {
                cell(row * grid.outputSize(), row * grid.targetSize() + cell * grid.targetPerCell(), cell);
            }
        }
    }

    double loss() {
        return weightedSquares / 2;
    }

    YoloV1Loss.Diagnostics diagnostics() {
        return new YoloV1Loss.Diagnostics(
                new YoloV1Loss.Cost(squaredDeltas, cost2015, squaredDeltas / rows),
                iouSum / objects,
                positiveClassSum / objects,
                allClassSum / objects / grid.classes(),
                positiveObjectSum / objects,
                anyObjectSum / rows / grid.cells() / grid.boxes(),
                objects);
    }

    private void cell(int outputFrom, int targetFrom, int cell) {
        boolean hasObject = targets[targetFrom] != 0;
        int responsible = hasObject ? responsible(outputFrom, targetFrom, cell) : -1;
        for (int box = 0; box < grid.boxes(); box++) {
            int at = outputFrom + grid.confidenceAt(cell, box);
            anyObjectSum += outputs[at];
            if (box != responsible) {
                pull(at, 0, loss.noObjectScale());
                cost2015 += loss.noObjectScale() * square(outputs[at]);
            } else {
                double iou = iou(outputFrom, targetFrom, cell, box);
                pull(at, loss.rescore() ? iou : 1, loss.objectScale());
                cost2015 += loss.objectScale() * square(1 - outputs[at]) + square(1 - iou);
                positiveObjectSum += outputs[at];
                iouSum += iou;
                coordinates(outputFrom, targetFrom, cell, box);
            }
        }
        if (hasObject) {
            objects++;
            classes(outputFrom, targetFrom, cell);
        }
    }

    private void classes(int outputFrom, int targetFrom, int cell) {
        for (int k = 0; k < grid.classes(); k++) {
            int at = outputFrom + grid.classAt(cell, k);
            float target = targets[targetFrom + 1 + k];
            pull(at, target, loss.classScale());
            cost2015 += loss.classScale() * square(target - outputs[at]);
            allClassSum += outputs[at];
            if (target != 0) {
                positiveClassSum += outputs[at];
            }
        }
    }

    private void coordinates(int outputFrom, int targetFrom, int cell, int box) {
        for (int i = 0; i < 4; i++) {
            double target = targets[targetFrom + 1 + grid.classes() + i];
            if (i >= 2 && loss.squareRoot()) {
                target = Math.sqrt(target);
            }
            pull(outputFrom + grid.coordinateAt(cell, box, i), target, loss.coordScale());
        }
    }

    /** Adds scale (target - output)^2 to the loss; boxes that are not responsible have no pull on their coordinates. */
    private void pull(int at, double target, float scale) {
        double error = target - outputs[at];
        delta[at] = (float) (scale * error);
        weightedSquares += scale * error * error;
        squaredDeltas += square(scale * error);
    }

    private int responsible(int outputFrom, int targetFrom, int cell) {
        int best = 0;
        double bestIou = 0;
        double bestDistance = Double.POSITIVE_INFINITY;
        for (int box = 0; box < grid.boxes(); box++) {
            double iou = iou(outputFrom, targetFrom, cell, box);
            double distance = squaredDistance(outputFrom, targetFrom, cell, box);
            if (iou > bestIou) {
                bestIou = iou;
                best = box;
            } else if (bestIou == 0 && distance < bestDistance) {
                bestDistance = distance;
                best = box;
            }
        }
        return best;
    }

    private double iou(int outputFrom, int targetFrom, int cell, int box) {
        double width = overlap(outputFrom, targetFrom, cell, box, 0);
        double height = overlap(outputFrom, targetFrom, cell, box, 1);
        double intersection = width < 0 || height < 0 ? 0 : width * height;
        double union = predicted(outputFrom, cell, box, 2) * predicted(outputFrom, cell, box, 3)
                + actual(targetFrom, 2) * actual(targetFrom, 3)
                - intersection;
        return intersection / union;
    }

    private double overlap(int outputFrom, int targetFrom, int cell, int box, int axis) {
        double centre = predicted(outputFrom, cell, box, axis);
        double half = predicted(outputFrom, cell, box, axis + 2) / 2;
        double trueCentre = actual(targetFrom, axis);
        double trueHalf = actual(targetFrom, axis + 2) / 2;
        return Math.min(centre + half, trueCentre + trueHalf) - Math.max(centre - half, trueCentre - trueHalf);
    }

    private double squaredDistance(int outputFrom, int targetFrom, int cell, int box) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += square(predicted(outputFrom, cell, box, i) - actual(targetFrom, i));
        }
        return sum;
    }

    /** A predicted coordinate in fractions of the image; centres count from the cell's corner. */
    private double predicted(int outputFrom, int cell, int box, int coordinate) {
        double value = outputs[outputFrom + grid.coordinateAt(cell, box, coordinate)];
        if (coordinate < 2) {
            return value / grid.side();
        }
        return loss.squareRoot() ? value * value : value;
    }

    /** A true coordinate, in the same units. */
    private double actual(int targetFrom, int coordinate) {
        double value = targets[targetFrom + 1 + grid.classes() + coordinate];
        return coordinate < 2 ? value / grid.side() : value;
    }

    private static double square(double x) {
        return x * x;
    }
}
