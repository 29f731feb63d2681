package org.batchmill.engine.torch.plan;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.train.loss.Huber;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanAbsoluteError;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SigmoidCrossEntropy;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.loss.WeightedSum;
import org.batchmill.train.loss.YoloV1Loss;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A loss that the device computes, in double precision as {@link Loss} does; its gradient is autograd's. */
public interface DeviceLoss {

    /**
     * The sum of the losses of all rows.
     *
     * @param outputs [rows][outputSize], float64
     * @param targets [rows][targetSize], float64
     * @return one number
     */
    Tensor sum(Tensor outputs, Tensor targets);

    /** Of a loss of Batchmill; null for one of the user's, which only Java can evaluate. */
    public static DeviceLoss of(Loss loss) {
        if (loss instanceof MeanSquaredError) {
            return (outputs, targets) -> meanOfRow(outputs.sub(targets).square());
        } else if (loss instanceof MeanAbsoluteError) {
            return (outputs, targets) -> meanOfRow(outputs.sub(targets).abs());
        } else if (loss instanceof Huber huber) {
            return (outputs, targets) -> huber(outputs.sub(targets), huber.delta());
        } else if (loss instanceof SigmoidCrossEntropy) {
            return (outputs, targets) -> sigmoidCrossEntropy(outputs, targets);
        } else if (loss instanceof SoftmaxCrossEntropy) {
            return (outputs, targets) -> softmaxCrossEntropy(outputs, targets);
        } else if (loss instanceof YoloV1Loss yolo) {
            return new YoloDeviceLoss(yolo);
        } else if (loss instanceof WeightedSum sum) {
            return weightedSum(sum);
        }
        return null;
    }

    private static Tensor meanOfRow(Tensor terms) {
        return terms.sum().div(new Scalar((double) terms.size(1)));
    }

    private static Tensor huber(Tensor error, double delta) {
        Tensor size = error.abs();
        Tensor line = size.sub(new Scalar(delta / 2)).mul(new Scalar(delta));
        return meanOfRow(
                torch.where(size.gt(new Scalar(delta)), line, error.square().mul(Constants.HALF)));
    }

    /** {@code max(z, 0) - z t + log(1 + e^-|z|)}, which never overflows. */
    private static Tensor sigmoidCrossEntropy(Tensor logits, Tensor targets) {
        return torch.binary_cross_entropy_with_logits(logits, targets).mul(new Scalar((double) logits.size(0)));
    }

    private static Tensor softmaxCrossEntropy(Tensor logits, Tensor targets) {
        Tensor terms = targets.mul(logits.log_softmax(1));
        // What has no part in the target has none in the loss, however impossible it is.
        return terms.masked_fill(targets.eq(Constants.ZERO), Constants.ZERO)
                .sum()
                .neg();
    }

    private static DeviceLoss weightedSum(WeightedSum sum) {
        List<DeviceLoss> terms = new ArrayList<>();
        for (WeightedSum.Term term : sum.terms()) {
            DeviceLoss its = of(term.loss());
            if (its == null) {
                return null;
            }
            double weight = term.weight();
            terms.add((outputs, targets) -> its.sum(outputs, targets).mul(new Scalar(weight)));
        }
        return (outputs, targets) -> terms.stream()
                .map(term -> term.sum(outputs, targets))
                .reduce(Tensor::add)
                .orElseThrow();
    }
}
