package org.batchmill.train.loss;

/**
 * The loss of YOLO v1 as the reference program trains it (Redmon et al. 2016): half the sum of scale * error^2 over
 *
 * <ul>
 *   <li>the confidence of every box that is not responsible for an object, towards 0;
 *   <li>in a cell with an object, every class value, towards its one-hot class;
 *   <li>the confidence of the responsible box, towards its IoU with the object ({@code rescore}; a constant for the gradient), else 1;
 *   <li>its centre, and its width and height (their square roots with {@code squareRoot}).
 * </ul>
 *
 * <p>Responsible is the box with the highest IoU; where none overlaps the object, the one nearest in (x, y, w, h). The derivative by an
 * output is minus the reference program's delta over the number of rows in the whole batch. What the reference prints is not this value:
 * see {@link #diagnose}.
 *
 * @param grid          the layout of outputs and targets
 * @param objectScale   weight of the responsible confidences
 * @param noObjectScale weight of the other confidences
 * @param classScale    weight of the class values
 * @param coordScale    weight of the coordinates
 * @param rescore       whether the responsible confidence learns the IoU
 * @param squareRoot    whether widths and heights are predicted as square roots
 */
public record YoloV1Loss(
        YoloV1Grid grid,
        float objectScale,
        float noObjectScale,
        float classScale,
        float coordScale,
        boolean rescore,
        boolean squareRoot)
        implements Loss {

    /** The scales of the paper and of the reference program's configurations: 1, .5, 1, 5, with rescore and square roots. */
    public static YoloV1Loss standard(YoloV1Grid grid) {
        return new YoloV1Loss(grid, 1, .5f, 1, 5, true, true);
    }

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        YoloV1Pass pass = new YoloV1Pass(this, outputs, targets, rows, gradient);
        pass.run();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = -gradient[i] / totalRows;
        }
        return pass.loss() / totalRows;
    }

    @Override
    public int targetSize(int outputSize) {
        if (outputSize != grid.outputSize()) {
            throw new IllegalArgumentException(
                    outputSize + " outputs are not the " + grid.outputSize() + " of " + grid);
        }
        return grid.targetSize();
    }

    /**
     * What the reference program prints while it trains, for a batch of {@code rows} images.
     *
     * @param outputs [rows][outputSize]
     * @param targets   [rows][targetSize]
     */
    public Diagnostics diagnose(float[] outputs, float[] targets, int rows) {
        YoloV1Pass pass = new YoloV1Pass(this, outputs, targets, rows, new float[outputs.length]);
        pass.run();
        return pass.diagnostics();
    }

    /**
     * The reference program's printed numbers.
     *
     * @param cost            what it calls so
     * @param averageIou      of the responsible boxes with their objects
     * @param positiveClass   mean value of the right class in cells with an object
     * @param allClass        mean class value in cells with an object
     * @param positiveObject  mean confidence of the responsible boxes
     * @param anyObject       mean confidence of all boxes
     * @param objects         objects in the targets
     */
    public record Diagnostics(
            Cost cost,
            double averageIou,
            double positiveClass,
            double allClass,
            double positiveObject,
            double anyObject,
            int objects) {}

    /**
     * The reference program's cost of a batch.
     *
     * @param squares  since 2016: the sum of squared deltas, so that the scales enter squared
     * @param of2015   in 2015: noObjectScale p^2, objectScale (1-p)^2 even with rescore, classScale (t-p)^2, and (1-IoU)^2 for each object; no
     *                 coordinates
     * @param printed  {@code squares / rows}, what it prints as the loss of a batch
     */
    public record Cost(double squares, double of2015, double printed) {}
}
