package org.batchmill.records;

import java.util.List;
import java.util.Objects;

/**
 * What is known of a sample. Code that does something else for each kind walks them with a {@link Visitor}, so that a new kind fails
 * to compile there.
 */
public sealed interface Labels {

    /** Nothing is known: an image to predict on. */
    Labels NONE = new Unlabelled();

    /** Calls the visitor's method for this kind and returns what it returns. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    /** The objects in the image, in the order of the annotation; none for labels of another kind. */
    List<Box> boxes();

    /** The class of each object in order, or that of the whole image; none for labels that name no classes. */
    List<String> classNames();

    /**
     * A method for each kind of labels.
     *
     * @param <R> what they return
     * @param <X> what they throw
     */
    interface Visitor<R, X extends Exception> {
        R unlabelled(Unlabelled labels) throws X;

        R boxes(Boxes labels) throws X;

        R classLabel(ClassLabel label) throws X;

        R mixedClasses(MixedClasses labels) throws X;

        R steering(Steering label) throws X;

        R targets(Targets labels) throws X;

        R own(Own labels) throws X;
    }

    /** Nothing is known. */
    record Unlabelled() implements Labels {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.unlabelled(this);
        }

        @Override
        public List<Box> boxes() {
            return List.of();
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }
    }

    /** The objects in an image, in the order of the annotation; an empty list says that there are none. */
    record Boxes(List<Box> boxes) implements Labels {
        public Boxes {
            boxes = List.copyOf(boxes);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.boxes(this);
        }

        @Override
        public List<String> classNames() {
            return boxes.stream().map(Box::className).toList();
        }
    }

    /** One class for the whole image. */
    record ClassLabel(String className) implements Labels {
        public ClassLabel {
            Objects.requireNonNull(className, "className");
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.classLabel(this);
        }

        @Override
        public List<Box> boxes() {
            return List.of();
        }

        @Override
        public List<String> classNames() {
            return List.of(className);
        }
    }

    /**
     * The classes of two images that augmentation laid over each other. Batches have such labels; no file and no message has.
     *
     * @param className of the heavier image
     * @param other     of the other image, another class
     * @param share     of the heavier image, .5 to 1
     */
    record MixedClasses(String className, String other, float share) implements Labels {
        public MixedClasses {
            Objects.requireNonNull(className, "className");
            Objects.requireNonNull(other, "other");
            if (!(share >= .5f && share <= 1)) {
                throw new IllegalArgumentException("a share of " + share);
            }
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.mixedClasses(this);
        }

        @Override
        public List<Box> boxes() {
            return List.of();
        }

        @Override
        public List<String> classNames() {
            return List.of(className, other);
        }
    }

    /** A steering angle, -1 (left) to 1 (right) in the simulators' unit, or in whatever unit the log has. */
    record Steering(float angle) implements Labels {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.steering(this);
        }

        @Override
        public List<Box> boxes() {
            return List.of();
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }
    }

    /** Numbers to predict from a row of a table. The array is not copied: the caller does not change it afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // a row is handed over, never compared
    record Targets(float[] values) implements Labels {
        public Targets {
            Objects.requireNonNull(values, "values");
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.targets(this);
        }

        @Override
        public List<Box> boxes() {
            return List.of();
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }
    }

    /**
     * Labels of a program's own kind, for a task of its own. They go with their sample into the batch as they are, whatever augmentation does
     * to the image: the task finds in {@code Batch.mapping} where the image's parts are now. No file and no message has such labels. The value
     * is not copied, and is read by several threads.
     */
    record Own(Object value) implements Labels {
        public Own {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.own(this);
        }

        @Override
        public List<Box> boxes() {
            return List.of();
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }
    }
}
