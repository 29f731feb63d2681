package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.augment.transform.ColourSpace;
import org.batchmill.augment.transform.Crop;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.Transform;

/** What becomes of an augmentation policy where nothing is learnt. Stateless. */
public final class Policies {

    private Policies() {}

    /** What a policy does to samples that are only evaluated: the steps that always do the same, and nothing drawn at random. */
    public static Policy evaluation(Policy training) {
        List<Policy.Step> fixed = training.steps().stream()
                .filter(step -> step.probability() == 1 && isFixed(step.transform()))
                .toList();
        return new Policy(
                fixed,
                training.fit(),
                training.border(),
                training.boxes(),
                training.steering(),
                Mixing.NONE,
                training.normalization());
    }

    private static boolean isFixed(Transform transform) {
        return transform instanceof Crop || transform instanceof ColourSpace;
    }
}
