package org.batchmill.records;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.batchmill.records.DataException.Kind;

/**
 * What is done with boxes that do not fit their image. A box without area is dropped and one that reaches up to one pixel
 * beyond the edge is clipped, and both are counted; a box that is inverted, not a number, further outside or of a class that was
 * not asked for is a bad annotation. Safe for use by many threads.
 */
public final class BoxRules {

    /** How far a box may reach beyond the edge, in pixels; the fraction forgives the rounding of normalized coordinates. */
    private static final double OVERSHOOT = 1.001;

    /** Hears of boxes on the thread that applies the rules. */
    public interface Listener {

        /** Hears nothing. */
        Listener NONE = new Listener() {};

        /** A box without area is left out; {@code where} names the file and the object. */
        default void dropped(String where) {}

        /** A box is clipped to its image. */
        default void clipped(String where) {}
    }

    private final Set<String> classes;
    private final Listener listener;
    private final LongAdder dropped = new LongAdder();
    private final LongAdder clipped = new LongAdder();

    /**
     * @param classes the classes that are allowed; empty allows all
     * @throws OptionException if one is named twice
     */
    public BoxRules(Collection<String> classes) {
        this(classes, Listener.NONE);
    }

    /** As {@link #BoxRules(Collection)}; the listener must be safe for use by as many threads as the rules. */
    public BoxRules(Collection<String> classes, Listener listener) {
        ClassNames.requireDistinct(classes);
        this.classes = Set.copyOf(classes);
        this.listener = listener;
    }

    /** How many boxes without area were dropped. */
    public long dropped() {
        return dropped.sum();
    }

    /** How many boxes were clipped to their image. */
    public long clipped() {
        return clipped.sum();
    }

    /**
     * Checks that a class is one of those allowed.
     *
     * @throws DataException of kind {@link Kind#BAD_ANNOTATION} if it is not
     */
    public void checkClass(String className, String where) throws DataException {
        if (!classes.isEmpty() && !classes.contains(className)) {
            throw bad(where, "the class " + className + " is none of " + String.join(", ", sorted()));
        }
    }

    /**
     * Applies the rules to one box.
     *
     * @param box    its class and edges in pixels
     * @param width  of the image, in pixels
     * @param height of the image, in pixels
     * @param where  the file and the object in it, for errors
     * @return the box in fractions of the image, or empty if it was dropped
     * @throws DataException of kind {@link Kind#BAD_ANNOTATION} if it makes no sense
     */
    public Optional<Box> apply(PixelBox box, int width, int height, String where) throws DataException {
        checkClass(box.className(), where);
        if (!Double.isFinite(box.xmin() + box.ymin() + box.xmax() + box.ymax())) {
            throw bad(where, "the box " + box.edges() + " is not made of numbers");
        }
        if (box.xmin() > box.xmax() || box.ymin() > box.ymax()) {
            throw bad(where, "the box " + box.edges() + " is inverted");
        }
        if (box.xmin() < -OVERSHOOT
                || box.ymin() < -OVERSHOOT
                || box.xmax() > width + OVERSHOOT
                || box.ymax() > height + OVERSHOOT) {
            throw bad(where, "the box " + box.edges() + " lies outside the image of " + width + " x " + height);
        }
        if (box.xmin() == box.xmax() || box.ymin() == box.ymax()) {
            return drop(where);
        }
        Box inside = new Box(
                box.className(),
                fraction(box.xmin(), width),
                fraction(box.ymin(), height),
                fraction(box.xmax(), width),
                fraction(box.ymax(), height),
                box.difficult(),
                box.truncated(),
                box.crowd());
        if (inside.width() <= 0 || inside.height() <= 0) {
            return drop(where);
        }
        if (Math.min(box.xmin(), box.ymin()) < 0 || box.xmax() > width || box.ymax() > height) {
            clipped.increment();
            listener.clipped(where);
        }
        return Optional.of(inside);
    }

    private Optional<Box> drop(String where) {
        dropped.increment();
        listener.dropped(where);
        return Optional.empty();
    }

    /**
     * Applies the rules to the labels of a sample, whose boxes are in fractions of its image. A box inside it keeps its floats bit
     * for bit.
     *
     * @param labels  not checked yet
     * @param content the image that boxes belong to
     * @param where   the record, for errors
     * @throws DataException of kind {@link Kind#BAD_ANNOTATION} if they make no sense, or if the image's size cannot be read
     */
    public Labels apply(Labels labels, Content content, String where) throws DataException {
        List<Box> objects = labels.boxes();
        if (objects.isEmpty()) {
            for (String name : labels.classNames()) {
                checkClass(name, where);
            }
            return labels;
        }
        ImageSize size = ImageSize.of(content, where).orElseThrow(() -> bad(where, "there are boxes, but no image"));
        List<Box> boxes = new ArrayList<>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            Box box = objects.get(i);
            String place = where + ": object " + i;
            if (isInside(box)) {
                checkClass(box.className(), place);
                boxes.add(box);
            } else {
                apply(pixels(box, size), size.width(), size.height(), place).ifPresent(boxes::add);
            }
        }
        return new Labels.Boxes(boxes);
    }

    private static boolean isInside(Box box) {
        return box.xmin() >= 0
                && box.ymin() >= 0
                && box.xmin() < box.xmax()
                && box.ymin() < box.ymax()
                && box.xmax() <= 1
                && box.ymax() <= 1;
    }

    private static PixelBox pixels(Box box, ImageSize size) {
        return new PixelBox(
                box.className(),
                (double) box.xmin() * size.width(),
                (double) box.ymin() * size.height(),
                (double) box.xmax() * size.width(),
                (double) box.ymax() * size.height(),
                box.difficult(),
                box.truncated(),
                box.crowd());
    }

    private static float fraction(double pixel, int size) {
        return (float) (Math.max(0, Math.min(pixel, size)) / size);
    }

    private String[] sorted() {
        return classes.stream().sorted().toArray(String[]::new);
    }

    private static DataException bad(String where, String reason) {
        return new DataException(Kind.BAD_ANNOTATION, where, reason);
    }

    /**
     * A box as an annotation gives it, not checked.
     *
     * @param className its class
     * @param xmin      left edge in pixels
     * @param ymin      top edge in pixels
     * @param xmax      right edge in pixels
     * @param ymax      bottom edge in pixels
     * @param difficult marked as difficult
     * @param truncated marked as cut off by the edge
     * @param crowd     stands for a group of objects
     */
    public record PixelBox(
            String className,
            double xmin,
            double ymin,
            double xmax,
            double ymax,
            boolean difficult,
            boolean truncated,
            boolean crowd) {

        /** A box of one object. */
        public PixelBox(
                String className,
                double xmin,
                double ymin,
                double xmax,
                double ymax,
                boolean difficult,
                boolean truncated) {
            this(className, xmin, ymin, xmax, ymax, difficult, truncated, false);
        }

        String edges() {
            return xmin + "," + ymin + "," + xmax + "," + ymax;
        }
    }
}
