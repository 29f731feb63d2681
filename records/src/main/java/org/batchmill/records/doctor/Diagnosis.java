package org.batchmill.records.doctor;

import java.util.List;
import java.util.Map;

/**
 * What the doctor found.
 *
 * @param samples      how many samples there are
 * @param findings     in the order of the samples
 * @param objects      how many objects, or images, each class has
 * @param sizes        how many images have each size, as {@code WIDTHxHEIGHT}
 * @param droppedBoxes how many boxes without area were left out
 * @param clippedBoxes how many boxes were clipped to their image
 * @param notices      what is to be known of the data set as a whole, a line each
 */
public record Diagnosis(
        long samples,
        List<Finding> findings,
        Map<String, Long> objects,
        Map<String, Long> sizes,
        long droppedBoxes,
        long clippedBoxes,
        List<String> notices) {

    /** How often something was found. */
    public long count(Finding.Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).count();
    }

    /** Whether everything can be read and every label has its image; oddities do not count. */
    public boolean isHealthy() {
        return count(Finding.Kind.DAMAGED) + count(Finding.Kind.LABELS_WITHOUT_IMAGE) == 0;
    }
}
