package org.batchmill.jobs.input;

import java.util.TreeSet;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;

/** What makes two samples alike when the quality of a shuffle is judged. */
final class SampleKinds {

    /** Steering angles this close are alike. */
    private static final float ANGLE = 0.1f;

    private SampleKinds() {}

    /** Equal for samples of the same class or the same set of classes, or that steer alike. */
    static long of(Labels labels) {
        if (labels instanceof Labels.ClassLabel label) {
            return label.className().hashCode();
        }
        if (labels instanceof Labels.Steering steering) {
            return Math.round(steering.angle() / ANGLE);
        }
        if (labels instanceof Labels.Boxes boxes) {
            TreeSet<String> classes = new TreeSet<>();
            for (Box box : boxes.boxes()) {
                if (!box.crowd()) {
                    classes.add(box.className());
                }
            }
            return classes.hashCode();
        }
        return 0;
    }
}
