package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.image.ImageHeader;

/** Makes samples of the features of Examples, ours and foreign ones. */
final class SampleReader {

    /** No image shows more. */
    private static final int MOST_OBJECTS = 1 << 16;

    private final List<String> classes;
    private final BoxRules rules;

    SampleReader(List<String> classes, BoxRules rules) {
        this.classes = classes;
        this.rules = rules;
    }

    Sample read(Features features, SampleId fallback, String where) throws DataException {
        SampleId id = features.text(SampleKeys.SOURCE_ID).map(SampleId::new).orElse(fallback);
        Content content = content(features, where);
        checkSize(features);
        Labels labels = labels(features, where);
        if (!labels.boxes().isEmpty()) {
            checkUpright(features, content, where);
        }
        return new Sample(id, content, rules.apply(labels, content, where));
    }

    List<String> classNames(Features features, String where) throws DataException {
        if (hasObjects(features)) {
            int count = objects(features, where);
            return names(features, SampleKeys.OBJECT_TEXT, SampleKeys.OBJECT_LABEL, count, where);
        }
        return isClassified(features)
                ? names(features, SampleKeys.CLASS_TEXT, SampleKeys.CLASS_LABEL, 1, where)
                : List.of();
    }

    private static Content content(Features features, String where) throws DataException {
        Optional<ByteBuffer> encoded = features.bytes(SampleKeys.ENCODED);
        if (encoded.isPresent()) {
            return new Content.EncodedImage(encoded.get());
        }
        Optional<ByteBuffer> pixels = features.bytes(SampleKeys.PIXELS);
        if (pixels.isPresent()) {
            return rawImage(features, pixels.get(), where);
        }
        Optional<Feature> row = features.find(SampleKeys.FEATURES);
        if (row.isPresent()) {
            return new Content.Features(row.get().floats());
        }
        throw new DataException(
                Kind.MISSING,
                where,
                "the Example has none of " + SampleKeys.ENCODED + ", " + SampleKeys.PIXELS + " and "
                        + SampleKeys.FEATURES);
    }

    private static Content rawImage(Features features, ByteBuffer pixels, String where) throws DataException {
        long height = features.int64(SampleKeys.HEIGHT).orElse(0);
        long width = features.int64(SampleKeys.WIDTH).orElse(0);
        long channels = features.int64(SampleKeys.CHANNELS).orElse(1);
        try {
            return new Content.RawImage(
                    pixels, Math.toIntExact(height), Math.toIntExact(width), Math.toIntExact(channels));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new DataException(Kind.CORRUPT, where + ": feature " + SampleKeys.PIXELS, e.getMessage(), e);
        }
    }

    /** Height and width are not used where the image says them, but an Example in which they have a wrong type is damaged. */
    private static void checkSize(Features features) throws DataException {
        for (String name : List.of(SampleKeys.HEIGHT, SampleKeys.WIDTH)) {
            OptionalLong value = features.int64(name);
            if (value.isPresent() && value.getAsLong() < 0) {
                throw features.find(name).orElseThrow().damaged("it is " + value.getAsLong());
            }
        }
    }

    /**
     * Boxes are fractions of the image shown upright. Where the record says another size, it was written by a program that does not turn
     * images as their EXIF block asks, as TensorFlow does not, and its boxes are those of the image before the turn.
     */
    private static void checkUpright(Features features, Content content, String where) throws DataException {
        OptionalLong width = features.int64(SampleKeys.WIDTH);
        OptionalLong height = features.int64(SampleKeys.HEIGHT);
        if (!(content instanceof Content.EncodedImage image) || width.isEmpty() || height.isEmpty()) {
            return;
        }
        ImageHeader header;
        try {
            header = ImageHeader.read(image.bytes(), where);
        } catch (DataException e) {
            return; // decoding it will tell
        }
        if (width.getAsLong() != header.uprightWidth() || height.getAsLong() != header.uprightHeight()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where,
                    "it says " + width.getAsLong() + " x " + height.getAsLong() + ", the image shown upright is "
                            + header.uprightWidth() + " x " + header.uprightHeight());
        }
    }

    /** Whether an Example has a feature of objects, if only an empty one. */
    boolean hasObjects(Features features) {
        return Stream.of(SampleKeys.XMIN, SampleKeys.OBJECT_TEXT, SampleKeys.OBJECT_LABEL)
                .anyMatch(key -> features.find(key).isPresent());
    }

    private Labels labels(Features features, String where) throws DataException {
        if (hasObjects(features)) {
            return boxes(features, where);
        }
        if (isClassified(features)) {
            List<String> names = names(features, SampleKeys.CLASS_TEXT, SampleKeys.CLASS_LABEL, 1, where);
            return new Labels.ClassLabel(names.get(0));
        }
        Optional<Feature> steering = features.find(SampleKeys.STEERING);
        if (steering.isPresent()) {
            return new Labels.Steering(floats(features, SampleKeys.STEERING, 1, where)[0]);
        }
        Optional<Feature> targets = features.find(SampleKeys.TARGETS);
        return targets.isPresent() ? new Labels.Targets(targets.get().floats()) : Labels.NONE;
    }

    private static boolean isClassified(Features features) {
        return features.find(SampleKeys.CLASS_TEXT).isPresent()
                || features.find(SampleKeys.CLASS_LABEL).isPresent();
    }

    private Labels boxes(Features features, String where) throws DataException {
        int count = objects(features, where);
        float[] xmin = floats(features, SampleKeys.XMIN, count, where);
        float[] xmax = floats(features, SampleKeys.XMAX, count, where);
        float[] ymin = floats(features, SampleKeys.YMIN, count, where);
        float[] ymax = floats(features, SampleKeys.YMAX, count, where);
        boolean[] difficult = flags(features, SampleKeys.DIFFICULT, count, where);
        boolean[] truncated = flags(features, SampleKeys.TRUNCATED, count, where);
        boolean[] crowd = flags(features, SampleKeys.CROWD, count, where);
        List<String> names = names(features, SampleKeys.OBJECT_TEXT, SampleKeys.OBJECT_LABEL, count, where);
        List<Box> boxes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boxes.add(new Box(names.get(i), xmin[i], ymin[i], xmax[i], ymax[i], difficult[i], truncated[i], crowd[i]));
        }
        return new Labels.Boxes(boxes);
    }

    private static int objects(Features features, String where) throws DataException {
        Optional<Feature> edges = features.find(SampleKeys.XMIN);
        int count = edges.isPresent() ? edges.get().count(Feature.Type.FLOAT) : 0;
        if (count > MOST_OBJECTS) {
            throw new DataException(Kind.TOO_LARGE, where, count + " objects are above the limit of " + MOST_OBJECTS);
        }
        return count;
    }

    /** The names of {@code count} labels: the texts if they are there and not all empty, else the numbers looked up. */
    private List<String> names(Features features, String textKey, String numberKey, int count, String where)
            throws DataException {
        if (features.find(textKey).isPresent()) {
            checkCount(features, textKey, Feature.Type.BYTES, count, where);
            List<String> texts = features.find(textKey).orElseThrow().texts();
            if (texts.stream().noneMatch(String::isBlank)) {
                return texts;
            }
            if (!texts.stream().allMatch(String::isBlank)
                    || features.find(numberKey).isEmpty()) {
                throw new DataException(Kind.BAD_ANNOTATION, where + ": feature " + textKey, "a name is empty");
            }
        }
        checkCount(features, numberKey, Feature.Type.INT64, count, where);
        long[] numbers = count == 0
                ? new long[0]
                : features.find(numberKey).orElseThrow().int64s();
        List<String> names = new ArrayList<>(count);
        for (long number : numbers) {
            if (classes.isEmpty() ? number < 0 : number < 1 || number > classes.size()) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        where + ": feature " + numberKey,
                        "the class number " + number
                                + (classes.isEmpty() ? " is below 0" : " is not in 1 to " + classes.size()));
            }
            names.add(classes.isEmpty() ? Long.toString(number) : classes.get((int) number - 1));
        }
        return names;
    }

    private static float[] floats(Features features, String name, int count, String where) throws DataException {
        checkCount(features, name, Feature.Type.FLOAT, count, where);
        return count == 0 ? new float[0] : features.find(name).orElseThrow().floats();
    }

    /** Zero or one for each object; false where there are none. */
    private static boolean[] flags(Features features, String name, int count, String where) throws DataException {
        boolean[] flags = new boolean[count];
        Optional<Feature> feature = features.find(name);
        if (feature.isPresent() && feature.get().count(Feature.Type.INT64) > 0) {
            checkCount(features, name, Feature.Type.INT64, count, where);
            long[] values = feature.get().int64s();
            for (int i = 0; i < count; i++) {
                flags[i] = values[i] != 0;
            }
        }
        return flags;
    }

    /** Before the values are taken: a list may claim far more than there are objects. */
    private static void checkCount(Features features, String name, Feature.Type type, int wanted, String where)
            throws DataException {
        Optional<Feature> feature = features.find(name);
        int found = feature.isPresent() ? feature.get().count(type) : 0;
        if (found != wanted) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where + ": feature " + name,
                    found + " values, where " + wanted + " are needed");
        }
    }
}
