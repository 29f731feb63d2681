package org.batchmill.jobs;

import org.batchmill.augment.transform.Policy;
import org.batchmill.records.UsageException;

/** Augmentation policies as the command line names them. */
final class Policies {

    private Policies() {}

    /** The policy of this name; null for null, which means the task's own. */
    static Policy named(String name) {
        if (name == null) {
            return null;
        }
        return switch (name) {
            case "none" -> Policy.NONE;
            case "yolo" -> Policy.forYolo();
            case "steering" -> Policy.forSteering();
            default -> throw new UsageException("no policy is called " + name + "; there are none, yolo, steering");
        };
    }
}
