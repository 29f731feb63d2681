package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Box;

/**
 * An image in an evaluation.
 *
 * @param classIndexes of the true boxes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Scene(List<Box> targets, int[] classIndexes, List<Detection> found) {

    List<Box> targetOf(int classIndex) {
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < classIndexes.length; i++) {
            if (classIndexes[i] == classIndex) {
                boxes.add(targets.get(i));
            }
        }
        return boxes;
    }

    List<Detection> foundOf(int classIndex) {
        return found.stream()
                .filter(detection -> detection.classIndex() == classIndex)
                .toList();
    }
}
