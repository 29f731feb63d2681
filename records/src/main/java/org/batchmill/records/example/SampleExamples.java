package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.records.image.ImageHeader;

/**
 * A {@link Sample} as a tf.train.Example with the keys of TensorFlow's object detection tools, both ways. Class numbers begin
 * with 1, as in those tools. An example without labels and one with an empty list of boxes stay apart: the second has the box
 * features, empty. Safe for use by many threads.
 */
public final class SampleExamples {

    private final List<String> classes;
    private final Map<String, Long> numbers = new HashMap<>();
    private final SampleReader reader;

    /**
     * @param classes in label order; empty where they are not known: then no class numbers are written, and a foreign example
     *                that has only numbers gets them as names
     */
    public SampleExamples(List<String> classes) {
        this(classes, new BoxRules(List.of()));
    }

    /** As {@link #SampleExamples(List)}; {@code rules} check the boxes that are read. */
    public SampleExamples(List<String> classes, BoxRules rules) {
        this.classes = List.copyOf(classes);
        for (String name : classes) {
            numbers.put(name, numbers.size() + 1L);
        }
        this.reader = new SampleReader(this.classes, rules);
    }

    /**
     * Reads a sample. Its id is {@code image/source_id}.
     *
     * @param message  the Example, from position to limit; the sample's image is a view of it
     * @param fallback the id where the Example has none
     * @param where    what errors call the record
     * @throws DataException if it is no Example, a feature has the wrong type, or the labels make no sense
     */
    public Sample read(ByteBuffer message, SampleId fallback, String where) throws DataException {
        return reader.read(Example.parse(message, where), fallback, where);
    }

    /** Whether an Example has a list of objects, if only an empty one. */
    public boolean hasObjects(ByteBuffer message, String where) throws DataException {
        return reader.hasObjects(Example.parse(message, where));
    }

    /** The names of the classes that the labels of an Example mention, without looking at its image. */
    public List<String> classNames(ByteBuffer message, String where) throws DataException {
        return reader.classNames(Example.parse(message, where), where);
    }

    /**
     * A sample, and what else its Example says.
     *
     * @param sample what {@link #read} gives
     * @param other  an Example of the features that {@link #write(Sample)} would not write with the same values
     */
    public record Split(Sample sample, Optional<ByteBuffer> other) {}

    /** As {@link #read}, for writing the sample in another format without losing what that format does not know. */
    public Split split(ByteBuffer message, SampleId fallback, String where) throws DataException {
        Features all = Example.parse(message, where);
        Sample sample = reader.read(all, fallback, where);
        Features known = Example.parse(write(sample), where);
        Example.Builder other = Example.builder();
        boolean some = false;
        for (String name : all.names()) {
            Feature feature = all.find(name).orElseThrow();
            Optional<Feature> same = known.find(name);
            if (same.isEmpty() || !same.get().sameValues(feature)) {
                other.feature(feature);
                some = true;
            }
        }
        return new Split(sample, some ? Optional.of(other.build()) : Optional.empty());
    }

    /**
     * Writes a sample.
     *
     * @return the Example, in a buffer of its own
     * @throws DataException of kind {@link Kind#BAD_ANNOTATION} if its class is none of the classes
     */
    public ByteBuffer write(Sample sample) throws DataException {
        return write(sample, null);
    }

    /** As {@link #write(Sample)}, with the features of {@code other} too, which go before; null for none. */
    public ByteBuffer write(Sample sample, ByteBuffer other) throws DataException {
        return write(sample, other, ByteBuffer::allocate);
    }

    /**
     * As {@link #write(Sample, ByteBuffer)}, for whoever writes many and uses memory again.
     *
     * @param memory an empty buffer for at least as many bytes as it is given
     * @return that buffer, from its position to its limit the Example
     */
    public ByteBuffer write(Sample sample, ByteBuffer other, IntFunction<ByteBuffer> memory) throws DataException {
        Example.Builder example = Example.builder();
        String id = sample.id().value();
        example.text(SampleKeys.SOURCE_ID, id).text(SampleKeys.FILENAME, id);
        sample.content().accept(new ContentFeatures(example, id));
        sample.labels().accept(new LabelFeatures(example, id));
        if (other != null) {
            Features features = Example.parse(other, id);
            for (String name : features.names()) {
                example.feature(features.find(name).orElseThrow());
            }
        }
        return example.build(memory);
    }

    /** Puts what a sample shows into an Example. */
    private record ContentFeatures(Example.Builder example, String id) implements Content.Visitor<Void, DataException> {

        @Override
        public Void encodedImage(Content.EncodedImage image) throws DataException {
            ImageHeader header = ImageHeader.read(image.bytes(), id);
            example.bytes(SampleKeys.ENCODED, image.bytes())
                    .text(SampleKeys.FORMAT, header.format().word())
                    .int64s(SampleKeys.HEIGHT, header.uprightHeight())
                    .int64s(SampleKeys.WIDTH, header.uprightWidth());
            return null;
        }

        @Override
        public Void rawImage(Content.RawImage image) {
            example.bytes(SampleKeys.PIXELS, image.pixels())
                    .int64s(SampleKeys.HEIGHT, image.height())
                    .int64s(SampleKeys.WIDTH, image.width())
                    .int64s(SampleKeys.CHANNELS, image.channels());
            return null;
        }

        @Override
        public Void features(Content.Features row) {
            example.floats(SampleKeys.FEATURES, row.values());
            return null;
        }
    }

    /** Puts what is known of a sample into an Example. */
    private final class LabelFeatures implements Labels.Visitor<Void, DataException> {

        private final Example.Builder example;
        private final String id;

        LabelFeatures(Example.Builder example, String id) {
            this.example = example;
            this.id = id;
        }

        @Override
        public Void unlabelled(Labels.Unlabelled labels) {
            return null;
        }

        @Override
        public Void boxes(Labels.Boxes labels) throws DataException {
            write(example, labels.boxes(), id);
            return null;
        }

        @Override
        public Void classLabel(Labels.ClassLabel label) throws DataException {
            example.text(SampleKeys.CLASS_TEXT, label.className());
            if (!classes.isEmpty()) {
                example.int64s(SampleKeys.CLASS_LABEL, number(label.className(), id));
            }
            return null;
        }

        @Override
        public Void own(Labels.Own labels) {
            throw new UsageException(id + ": labels of a program's own kind are not stored");
        }

        @Override
        public Void mixedClasses(Labels.MixedClasses labels) {
            throw new UsageException(id + ": what augmentation mixed is not stored");
        }

        @Override
        public Void steering(Labels.Steering label) {
            example.floats(SampleKeys.STEERING, label.angle());
            return null;
        }

        @Override
        public Void targets(Labels.Targets labels) {
            example.floats(SampleKeys.TARGETS, labels.values());
            return null;
        }
    }

    private void write(Example.Builder example, List<Box> boxes, String id) throws DataException {
        int count = boxes.size();
        float[] xmin = new float[count];
        float[] xmax = new float[count];
        float[] ymin = new float[count];
        float[] ymax = new float[count];
        boolean[] difficult = new boolean[count];
        boolean[] truncated = new boolean[count];
        boolean[] crowd = new boolean[count];
        long[] numbered = new long[classes.isEmpty() ? 0 : count];
        for (int i = 0; i < count; i++) {
            Box box = boxes.get(i);
            xmin[i] = box.xmin();
            xmax[i] = box.xmax();
            ymin[i] = box.ymin();
            ymax[i] = box.ymax();
            difficult[i] = box.difficult();
            truncated[i] = box.truncated();
            crowd[i] = box.crowd();
            if (!classes.isEmpty()) {
                numbered[i] = number(box.className(), id);
            }
        }
        example.floats(SampleKeys.XMIN, xmin)
                .floats(SampleKeys.XMAX, xmax)
                .floats(SampleKeys.YMIN, ymin)
                .floats(SampleKeys.YMAX, ymax)
                .texts(
                        SampleKeys.OBJECT_TEXT,
                        boxes.stream().map(Box::className).toList())
                .flags(SampleKeys.DIFFICULT, difficult)
                .flags(SampleKeys.TRUNCATED, truncated);
        if (boxes.stream().anyMatch(Box::crowd)) {
            example.flags(SampleKeys.CROWD, crowd);
        }
        if (!classes.isEmpty()) {
            example.int64s(SampleKeys.OBJECT_LABEL, numbered);
        }
    }

    private long number(String className, String id) throws DataException {
        Long number = numbers.get(className);
        if (number == null) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, id, "the class " + className + " is none of " + String.join(", ", classes));
        }
        return number;
    }
}
