package org.batchmill.records;

import java.util.List;
import java.util.Objects;

/** What is known of a sample. */
public sealed interface Labels {

    /** Nothing is known: a picture to predict on. */
    Labels NONE = new Unlabelled();

    /** Nothing is known. */
    record Unlabelled() implements Labels {}

    /** The objects in a picture, in the order of the annotation; an empty list says that there are none. */
    record Boxes(List<Box> boxes) implements Labels {
        public Boxes {
            boxes = List.copyOf(boxes);
        }
    }

    /** One class for the whole picture. */
    record ClassLabel(String className) implements Labels {
        public ClassLabel {
            Objects.requireNonNull(className, "className");
        }
    }

    /** A steering angle, -1 (left) to 1 (right) in the simulators' unit, or in whatever unit the log has. */
    record Steering(float angle) implements Labels {}

    /** Numbers to predict from a row of a table. The array is not copied: the caller does not change it afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // a row is handed over, never compared
    record Targets(float[] values) implements Labels {
        public Targets {
            Objects.requireNonNull(values, "values");
        }
    }
}
