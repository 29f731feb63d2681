package org.batchmill.train.detection;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How good a detector is. Means are over the classes that have objects; NaN if there are none at all.
 *
 * @param images             images evaluated
 * @param classes            class by class
 * @param confusion          [true class, background last][found class, background last]
 * @param confusionThreshold the least score in {@code confusion}
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record DetectionScores(int images, List<OfClass> classes, int[][] confusion, double confusionThreshold) {

    /**
     * How well one class is found; NaN where the class has no objects.
     *
     * @param name       of the class
     * @param objects    that there are, without difficult ones
     * @param detections that counted
     * @param ap50       average precision by VOC's rule at an IoU of .5, area under the curve
     * @param ap50Voc07  the same at 11 points
     * @param coco       the figures of COCO
     * @param curve      precision and recall by VOC's rule at .5
     */
    public record OfClass(
            String name,
            int objects,
            int detections,
            double ap50,
            double ap50Voc07,
            Coco coco,
            PrecisionRecall curve) {}

    /**
     * How well one class is found by COCO's rule.
     *
     * @param ap        average precision over the IoUs .5 to .95
     * @param ap50      average precision at .5
     * @param ap75      average precision at .75
     * @param recall1   average recall with 1 detection an image
     * @param recall10  with 10
     * @param recall100 with 100
     */
    public record Coco(double ap, double ap50, double ap75, double recall1, double recall10, double recall100) {}

    public DetectionScores {
        classes = List.copyOf(classes);
    }

    /** Mean average precision at an IoU of .5, area under the curve. */
    public double map50() {
        return mean(OfClass::ap50);
    }

    /** Mean average precision at an IoU of .5, at 11 points. */
    public double map50Voc07() {
        return mean(OfClass::ap50Voc07);
    }

    /** COCO's mean average precision over the IoUs .5 to .95. */
    public double cocoMap() {
        return meanCoco(Coco::ap);
    }

    /** Mean of a figure of COCO over the classes that have objects. */
    public double meanCoco(ToDoubleFunction<Coco> number) {
        return mean(ofClass -> number.applyAsDouble(ofClass.coco()));
    }

    private double mean(ToDoubleFunction<OfClass> number) {
        return classes.stream()
                .filter(c -> c.objects() > 0)
                .mapToDouble(number)
                .average()
                .orElse(Double.NaN);
    }
}
