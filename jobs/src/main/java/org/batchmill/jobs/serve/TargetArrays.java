package org.batchmill.jobs.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.ImageMapping;
import org.batchmill.batches.served.RingArray;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;

/**
 * The arrays of a batch, images and what belongs to them, and how labels are written into them. Which there are follows from the labels of the
 * first sample. Used by one thread at a time.
 */
final class TargetArrays {

    private static final int EDGES = 4;
    private static final int MAPPING = 6;

    private final int rows;
    private final List<RingArray> arrays = new ArrayList<>();
    private final Map<String, Long> classNumbers = new HashMap<>();
    private final Writing writing;
    private long end;

    private TargetArrays(
            BatchShape shape, List<String> classes, Labels like, boolean mixed, int maxBoxes, JobListener listener) {
        this.rows = shape.rows();
        for (String name : classes) {
            classNumbers.putIfAbsent(name, (long) classNumbers.size());
        }
        boolean numbers = shape.format() != Batch.Format.UINT8_NHWC;
        add(
                "images",
                numbers ? RingArray.Type.FLOAT32 : RingArray.Type.UINT8,
                numbers ? List.of(shape.width()) : List.of(shape.height(), shape.width(), shape.channels()));
        this.writing = like.accept(new Choice(mixed, maxBoxes, listener));
        add("mapping", RingArray.Type.FLOAT64, List.of(MAPPING));
    }

    /**
     * @param like     labels of a sample
     * @param mixed    whether images are laid over each other, so that they are of two classes
     * @param maxBoxes of a row
     */
    static TargetArrays of(
            BatchShape shape, List<String> classes, Labels like, boolean mixed, int maxBoxes, JobListener listener) {
        return new TargetArrays(shape, classes, like, mixed, maxBoxes, listener);
    }

    /** As they lie in each slot; those of targets have names that begin with {@code targets.}. */
    List<RingArray> arrays() {
        return arrays;
    }

    /** Bytes of a slot. */
    long bytes() {
        return end;
    }

    private RingArray add(String name, RingArray.Type type, List<Integer> rowShape) {
        RingArray array = new RingArray(name, type, rowShape, RingArray.aligned(end));
        arrays.add(array);
        end = array.end(rows);
        return array;
    }

    /**
     * Writes all but the images, which are there.
     *
     * @throws DataException if the labels of a row are of another kind, or of a class that is not there
     */
    void write(Batch batch, ByteBuffer slot) throws IOException {
        DoubleBuffer mapping =
                arrays.get(arrays.size() - 1).in(slot, 0, batch.size()).asDoubleBuffer();
        for (int row = 0; row < batch.size(); row++) {
            writing.write(batch, row, slot);
            ImageMapping its = batch.mapping(row);
            mapping.put(
                    its == null
                            ? new double[MAPPING]
                            : new double[] {
                                its.originalWidth(),
                                its.originalHeight(),
                                its.originX(),
                                its.originY(),
                                its.spanX(),
                                its.spanY()
                            });
        }
    }

    private long number(String className, Batch batch, int row) throws DataException {
        Long number = classNumbers.get(className);
        if (number == null) {
            throw new DataException(
                    DataException.Kind.BAD_ANNOTATION,
                    batch.id(row).value(),
                    "is of the class " + className + ", which the data set does not name");
        }
        return number;
    }

    private static DataException other(Batch batch, int row, String expected) {
        return new DataException(
                DataException.Kind.BAD_ANNOTATION,
                batch.id(row).value(),
                "has " + batch.labels(row).getClass().getSimpleName() + ", where the first sample has " + expected);
    }

    /** Writes one row. */
    @FunctionalInterface
    private interface Writing {
        void write(Batch batch, int row, ByteBuffer slot) throws IOException;
    }

    /** The way to write labels like these. */
    private final class Choice implements Labels.Visitor<Writing, RuntimeException> {

        private final boolean mixed;
        private final int maxBoxes;
        private final JobListener listener;

        Choice(boolean mixed, int maxBoxes, JobListener listener) {
            this.mixed = mixed;
            this.maxBoxes = maxBoxes;
            this.listener = listener;
        }

        private void requireClasses() {
            if (classNumbers.isEmpty()) {
                throw new OptionException("{classes} is missing: these data do not tell the names of their classes");
            }
        }

        @Override
        public Writing unlabelled(Labels.Unlabelled labels) {
            return (batch, row, slot) -> {};
        }

        @Override
        public Writing boxes(Labels.Boxes labels) {
            requireClasses();
            return new BoxWriting(maxBoxes, listener);
        }

        @Override
        public Writing classLabel(Labels.ClassLabel label) {
            requireClasses();
            return new ClassWriting(mixed);
        }

        @Override
        public Writing mixedClasses(Labels.MixedClasses label) {
            throw new OptionException("{data} has labels that only batches have");
        }

        @Override
        public Writing steering(Labels.Steering label) {
            RingArray values = add("targets.values", RingArray.Type.FLOAT32, List.of(1));
            return (batch, row, slot) -> {
                if (!(batch.labels(row) instanceof Labels.Steering steering)) {
                    throw other(batch, row, "an angle");
                }
                values.in(slot, row, 1).putFloat(steering.angle());
            };
        }

        @Override
        public Writing targets(Labels.Targets labels) {
            int count = labels.values().length;
            RingArray values = add("targets.values", RingArray.Type.FLOAT32, List.of(count));
            return (batch, row, slot) -> {
                if (!(batch.labels(row) instanceof Labels.Targets numbers) || numbers.values().length != count) {
                    throw other(batch, row, count + " numbers");
                }
                values.in(slot, row, 1).asFloatBuffer().put(numbers.values());
            };
        }

        @Override
        public Writing own(Labels.Own labels) {
            throw new OptionException("{data} has labels of a program's own kind, which have no arrays");
        }
    }

    /** Padded arrays of boxes: crowds, which nobody learns from, are left out; what is behind a row's last box is 0, its class -1. */
    private final class BoxWriting implements Writing {

        private final int most;
        private final JobListener listener;
        private final RingArray boxes;
        private final RingArray classes;
        private final RingArray difficult;
        private final RingArray counts;
        private boolean warned;

        BoxWriting(int most, JobListener listener) {
            this.most = most;
            this.listener = listener;
            this.boxes = add("targets.boxes", RingArray.Type.FLOAT32, List.of(most, EDGES));
            this.classes = add("targets.classes", RingArray.Type.INT64, List.of(most));
            this.difficult = add("targets.difficult", RingArray.Type.UINT8, List.of(most));
            this.counts = add("targets.counts", RingArray.Type.INT64, List.of());
        }

        @Override
        public void write(Batch batch, int row, ByteBuffer slot) throws IOException {
            Labels labels = batch.labels(row);
            if (!(labels instanceof Labels.Boxes) && !labels.equals(Labels.NONE)) {
                throw other(batch, row, "boxes");
            }
            FloatBuffer edges = boxes.in(slot, row, 1).asFloatBuffer();
            LongBuffer numbers = classes.in(slot, row, 1).asLongBuffer();
            ByteBuffer hard = difficult.in(slot, row, 1);
            int count = 0;
            for (Box box : labels.boxes()) {
                if (box.crowd()) {
                    continue;
                }
                if (count == most) {
                    warn(batch, row);
                    break;
                }
                edges.put(new float[] {box.xmin(), box.ymin(), box.xmax(), box.ymax()});
                numbers.put(number(box.className(), batch, row));
                hard.put((byte) (box.difficult() ? 1 : 0));
                count++;
            }
            edges.put(new float[edges.remaining()]);
            while (numbers.hasRemaining()) {
                numbers.put(-1);
                hard.put((byte) 0);
            }
            counts.in(slot, row, 1).putLong(count);
        }

        private void warn(Batch batch, int row) {
            if (!warned) {
                warned = true;
                listener.warn(batch.id(row) + ": has more than " + most
                        + " boxes, and so may others: what is more is left out (--max-boxes)");
            }
        }
    }

    /** A number a row; where images are laid over each other, that of the second, and the share of the first. */
    private final class ClassWriting implements Writing {

        private final RingArray classes;
        /** Null unless images are laid over each other. */
        private final RingArray others;

        private final RingArray shares;

        ClassWriting(boolean mixed) {
            classes = add("targets.classes", RingArray.Type.INT64, List.of());
            others = mixed ? add("targets.others", RingArray.Type.INT64, List.of()) : null;
            shares = mixed ? add("targets.shares", RingArray.Type.FLOAT32, List.of()) : null;
        }

        @Override
        public void write(Batch batch, int row, ByteBuffer slot) throws IOException {
            Labels labels = batch.labels(row);
            List<String> names = labels.boxes().isEmpty() ? labels.classNames() : List.of();
            if (names.isEmpty() || (names.size() > 1 && others == null)) {
                throw other(batch, row, "a class");
            }
            classes.in(slot, row, 1).putLong(number(names.get(0), batch, row));
            if (others != null) {
                others.in(slot, row, 1).putLong(number(names.get(names.size() - 1), batch, row));
                shares.in(slot, row, 1).putFloat(labels instanceof Labels.MixedClasses two ? two.share() : 1);
            }
        }
    }
}
