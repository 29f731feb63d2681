package org.batchmill.augment;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;

/**
 * The labels of one row, in arrays that stay with the slot and grow to the largest count they have held, so that a batch costs no
 * heap until somebody asks for {@link Labels} objects. Written by one thread, then read by one.
 */
final class RowLabels {

    private static final int COORDINATES = 4;

    private Labels plain = Labels.NONE;
    private boolean boxed;
    private int count;
    private float[] coordinates = new float[8 * COORDINATES];
    private String[] names = new String[8];
    private boolean[] difficult = new boolean[8];
    private boolean[] truncated = new boolean[8];
    private boolean[] crowd = new boolean[8];

    /** Labels other than boxes. */
    void set(Labels labels) {
        plain = labels;
        boxed = false;
        count = 0;
    }

    Labels plain() {
        return plain;
    }

    /** The corrected steering angle of the image drawn last. */
    void steer(float angle) {
        plain = new Labels.Steering(angle);
    }

    /**
     * What two images laid over each other show. Boxes were added one after the other; the rest is weighed.
     *
     * @param own    the first image's labels, before the second was drawn
     * @param weight of the first image, 0 to 1
     */
    void blend(Labels own, Labels partner, double weight) {
        if (boxed) {
            return;
        }
        plain = own.accept(new Blend(plain, weight >= 0.5 ? own : partner, partner, weight));
    }

    /**
     * The labels of two images laid over each other: numbers and classes are weighed, of the rest those of the stronger
     * image are taken.
     *
     * @param drawn    the partner's labels as drawn, with its angle corrected
     * @param stronger those of the image with more weight
     */
    private record Blend(Labels drawn, Labels stronger, Labels partner, double weight)
            implements Labels.Visitor<Labels, RuntimeException> {

        @Override
        public Labels unlabelled(Labels.Unlabelled own) {
            return stronger;
        }

        @Override
        public Labels boxes(Labels.Boxes own) {
            return stronger;
        }

        @Override
        public Labels classLabel(Labels.ClassLabel own) {
            if (!(partner instanceof Labels.ClassLabel other)) {
                return stronger;
            }
            if (own.equals(other)) {
                return own;
            }
            return stronger == own
                    ? new Labels.MixedClasses(own.className(), other.className(), (float) weight)
                    : new Labels.MixedClasses(other.className(), own.className(), (float) (1 - weight));
        }

        @Override
        public Labels own(Labels.Own labels) {
            return stronger;
        }

        @Override
        public Labels mixedClasses(Labels.MixedClasses own) {
            return stronger;
        }

        @Override
        public Labels steering(Labels.Steering own) {
            return drawn instanceof Labels.Steering other
                    ? new Labels.Steering((float) (weight * own.angle() + (1 - weight) * other.angle()))
                    : stronger;
        }

        @Override
        public Labels targets(Labels.Targets own) {
            if (!(partner instanceof Labels.Targets other)) {
                return stronger;
            }
            float[] values = new float[own.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (weight * own.values()[i] + (1 - weight) * other.values()[i]);
            }
            return new Labels.Targets(values);
        }
    }

    /** Starts a list of boxes. */
    void clearBoxes() {
        boxed = true;
        count = 0;
    }

    int count() {
        return count;
    }

    String name(int index) {
        return names[index];
    }

    boolean crowd(int index) {
        return crowd[index];
    }

    void copyEdges(int index, FloatBuffer into, int at) {
        into.put(at, coordinates, COORDINATES * index, COORDINATES);
    }

    void add(Box box, double xmin, double ymin, double xmax, double ymax, boolean cut) {
        if (count == names.length) {
            int more = 2 * count;
            coordinates = Arrays.copyOf(coordinates, COORDINATES * more);
            names = Arrays.copyOf(names, more);
            difficult = Arrays.copyOf(difficult, more);
            truncated = Arrays.copyOf(truncated, more);
            crowd = Arrays.copyOf(crowd, more);
        }
        int at = COORDINATES * count;
        coordinates[at] = (float) xmin;
        coordinates[at + 1] = (float) ymin;
        coordinates[at + 2] = (float) xmax;
        coordinates[at + 3] = (float) ymax;
        names[count] = box.className();
        difficult[count] = box.difficult();
        truncated[count] = box.truncated() || cut;
        crowd[count] = box.crowd();
        count++;
    }

    void swap(int a, int b) {
        for (int i = 0; i < COORDINATES; i++) {
            float value = coordinates[COORDINATES * a + i];
            coordinates[COORDINATES * a + i] = coordinates[COORDINATES * b + i];
            coordinates[COORDINATES * b + i] = value;
        }
        String name = names[a];
        names[a] = names[b];
        names[b] = name;
        swap(difficult, a, b);
        swap(truncated, a, b);
        swap(crowd, a, b);
    }

    private static void swap(boolean[] flags, int a, int b) {
        boolean flag = flags[a];
        flags[a] = flags[b];
        flags[b] = flag;
    }

    Labels toLabels() {
        if (!boxed) {
            return plain;
        }
        List<Box> boxes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = COORDINATES * i;
            boxes.add(new Box(
                    names[i],
                    coordinates[at],
                    coordinates[at + 1],
                    coordinates[at + 2],
                    coordinates[at + 3],
                    difficult[i],
                    truncated[i],
                    crowd[i]));
        }
        return new Labels.Boxes(boxes);
    }
}
