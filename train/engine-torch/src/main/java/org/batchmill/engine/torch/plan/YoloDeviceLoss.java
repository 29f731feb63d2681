package org.batchmill.engine.torch.plan;

import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * {@link YoloV1Loss} for all cells at once. Which box is responsible and which IoU it learns are constants for the gradient.
 *
 * @param loss its coefficients
 */
record YoloDeviceLoss(YoloV1Loss loss) implements DeviceLoss {

    @Override
    public Tensor sum(Tensor outputs, Tensor targets) {
        YoloV1Grid grid = loss.grid();
        Parts parts = Parts.of(outputs, grid);
        Tensor expected = targets.view(-1, grid.cells(), grid.targetPerCell());
        Tensor object = expected.narrow(2, 0, 1).ne(Constants.ZERO).to(ScalarType.Double);
        Tensor classes = expected.narrow(2, 1, grid.classes());
        Tensor box = expected.narrow(2, 1L + grid.classes(), 4).unsqueeze(2);
        Wanted wanted = wanted(parts, object, box);
        Tensor coordinates = box;
        if (loss.squareRoot()) {
            coordinates = torch.cat(
                    new TensorVector(box.narrow(3, 0, 2), box.narrow(3, 2, 2).sqrt()), 3);
        }
        Tensor responsible = wanted.responsible();
        Tensor others = responsible.neg().add(Constants.ONE);
        Tensor sum = pull(parts.confidences(), others, loss.noObjectScale())
                .add(pull(parts.confidences().sub(wanted.confidence()), responsible, loss.objectScale()))
                .add(pull(parts.classes().sub(classes), object, loss.classScale()))
                .add(pull(parts.coordinates().sub(coordinates), responsible.unsqueeze(3), loss.coordScale()));
        return sum.mul(Constants.HALF);
    }

    /**
     * The outputs by what they mean.
     *
     * @param classes     [row][cell][class]
     * @param confidences [row][cell][box]
     * @param coordinates [row][cell][box][x, y, w, h]
     */
    private record Parts(Tensor classes, Tensor confidences, Tensor coordinates) {

        static Parts of(Tensor outputs, YoloV1Grid grid) {
            long cells = grid.cells();
            long boxes = grid.boxes();
            Tensor classes = outputs.narrow(1, 0, cells * grid.classes());
            Tensor confidences = outputs.narrow(1, cells * grid.classes(), cells * boxes);
            Tensor coordinates = outputs.narrow(1, cells * (grid.classes() + boxes), cells * boxes * 4);
            if (grid.order() == YoloV1Grid.Order.CELLS) {
                return new Parts(
                        classes.reshape(-1, cells, grid.classes()),
                        confidences.reshape(-1, cells, boxes),
                        coordinates.reshape(-1, cells, boxes, 4));
            }
            return new Parts(
                    classes.reshape(-1, grid.classes(), cells).permute(0, 2, 1),
                    confidences.reshape(-1, boxes, cells).permute(0, 2, 1),
                    coordinates.reshape(-1, boxes, 4, cells).permute(0, 3, 1, 2));
        }
    }

    /**
     * @param responsible [row][cell][box], 1 for the box that answers for the cell's object
     * @param confidence  [row][cell][box], what that box's confidence learns
     */
    private record Wanted(Tensor responsible, Tensor confidence) {}

    @SuppressWarnings("try") // the guard is there to be closed
    private Wanted wanted(Parts parts, Tensor object, Tensor box) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Scalar side = new Scalar((double) loss.grid().side());
            Tensor centre = parts.coordinates().narrow(3, 0, 2).div(side);
            Tensor size = parts.coordinates().narrow(3, 2, 2);
            size = loss.squareRoot() ? size.square() : size;
            Tensor trueCentre = box.narrow(3, 0, 2).div(side);
            Tensor trueSize = box.narrow(3, 2, 2);
            Tensor iou = iou(centre, size, trueCentre, trueSize);
            Tensor distance = centre.sub(trueCentre)
                    .square()
                    .sum(3)
                    .add(size.sub(trueSize).square().sum(3));
            Tensor best = best(iou, distance);
            Tensor numbers =
                    Tensors.numbers(iou.device(), ScalarType.Long, loss.grid().boxes());
            Tensor responsible =
                    numbers.view(1, 1, -1).eq(best).to(ScalarType.Double).mul(object);
            // Of boxes that are not responsible, nothing is asked, whatever they are.
            Tensor confidence =
                    loss.rescore() ? iou.masked_fill(responsible.eq(Constants.ZERO), Constants.ZERO) : responsible;
            return new Wanted(responsible, confidence);
        }
    }

    private static Tensor iou(Tensor centre, Tensor size, Tensor trueCentre, Tensor trueSize) {
        Tensor half = size.mul(Constants.HALF);
        Tensor trueHalf = trueSize.mul(Constants.HALF);
        Tensor overlap = centre.add(half)
                .minimum(trueCentre.add(trueHalf))
                .sub(centre.sub(half).maximum(trueCentre.sub(trueHalf)));
        Tensor intersection = overlap.select(3, 0).mul(overlap.select(3, 1));
        Tensor apart = overlap.lt(Constants.ZERO).any(3);
        intersection = intersection.masked_fill(apart, Constants.ZERO);
        Tensor union = size.select(3, 0)
                .mul(size.select(3, 1))
                .add(trueSize.select(3, 0).mul(trueSize.select(3, 1)))
                .sub(intersection);
        return intersection.div(union);
    }

    /** [row][cell][1]: the first box of the highest IoU; where none overlaps, the first of the nearest. What is no number counts as none. */
    private static Tensor best(Tensor iou, Tensor distance) {
        Tensor positive = iou.gt(Constants.ZERO);
        Tensor overlap = iou.masked_fill(positive.eq(Constants.ZERO), Constants.ZERO);
        Tensor nearness = distance.neg()
                .masked_fill(distance.ne(distance), new Scalar(Double.NEGATIVE_INFINITY))
                .masked_fill(positive.any(2, true), Constants.ZERO);
        return overlap.add(nearness).argmax(new LongOptional(2), true);
    }

    /** scale (output - target)^2 where {@code where} is 1; what is pulled nowhere may be any number, or none. */
    private static Tensor pull(Tensor error, Tensor where, double scale) {
        return error.masked_fill(where.eq(Constants.ZERO), Constants.ZERO)
                .square()
                .sum()
                .mul(new Scalar(scale));
    }
}
