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
     * @param cocoAp     average precision by COCO's rule over the IoUs .5 to .95
     * @param cocoAp50   by COCO's rule at .5
     * @param cocoAp75   by COCO's rule at .75
     * @param recall1    COCO's average recall with 1 detection an image
     * @param recall10   with 10
     * @param recall100  with 100
     * @param curve      precision and recall by VOC's rule at .5
     */
    public record OfClass(
            String name,
            int objects,
            int detections,
            double ap50,
            double ap50Voc07,
            double cocoAp,
            double cocoAp50,
            double cocoAp75,
            double recall1,
            double recall10,
            double recall100,
            PrecisionRecall curve) {}

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
        return mean(OfClass::cocoAp);
    }

    /** Mean of a number over the classes that have objects. */
    public double mean(ToDoubleFunction<OfClass> number) {
        return classes.stream()
                .filter(c -> c.objects() > 0)
                .mapToDouble(number)
                .average()
                .orElse(Double.NaN);
    }
}
