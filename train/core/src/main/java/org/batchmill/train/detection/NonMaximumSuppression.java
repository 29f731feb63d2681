package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the best of several detections of one object: class by class, from the highest score down, a detection that still stands removes
 * those below it that overlap it too much. A plain value.
 *
 * @param threshold the IoU above which two detections are taken for one object
 * @param inclusive whether an IoU of exactly {@code threshold} is too much
 */
public record NonMaximumSuppression(double threshold, boolean inclusive) {

    /** The detections that stand, by falling score; equal scores keep their order. */
    public List<Detection> apply(List<Detection> detections) {
        List<Detection> falling = new ArrayList<>(detections);
        falling.sort(Comparator.comparingDouble(Detection::score).reversed());
        Map<Integer, List<Detection>> standing = new HashMap<>();
        List<Detection> kept = new ArrayList<>();
        for (Detection detection : falling) {
            List<Detection> better = standing.computeIfAbsent(detection.classIndex(), k -> new ArrayList<>());
            if (better.stream().noneMatch(other -> tooNear(other, detection))) {
                better.add(detection);
                kept.add(detection);
            }
        }
        return kept;
    }

    private boolean tooNear(Detection a, Detection b) {
        double iou = Iou.iou(a, b);
        return inclusive ? iou >= threshold : iou > threshold;
    }
}
