package org.batchmill.records.example;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/** Makes samples of the features of Examples, ours and foreign ones. */
final class SampleReader {

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
        return new Sample(id, content, labels(features, content, where));
    }

    List<String> classNames(Features features, String where) throws DataException {
        if (features.find(SampleKeys.XMIN).isPresent()) {
            int count = features.find(SampleKeys.XMIN).orElseThrow().floats().length;
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

    /** Height and width are not used where the picture says them, but an Example in which they have a wrong type is damaged. */
    private static void checkSize(Features features) throws DataException {
        for (String name : List.of(SampleKeys.HEIGHT, SampleKeys.WIDTH)) {
            OptionalLong value = features.int64(name);
            if (value.isPresent() && value.getAsLong() < 0) {
                throw features.find(name).orElseThrow().damaged("it is " + value.getAsLong());
            }
        }
    }

    private Labels labels(Features features, Content content, String where) throws DataException {
        if (features.find(SampleKeys.XMIN).isPresent()) {
            return boxes(features, content, where);
        }
        if (isClassified(features)) {
            List<String> names = names(features, SampleKeys.CLASS_TEXT, SampleKeys.CLASS_LABEL, 1, where);
            rules.checkClass(names.get(0), where);
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

    private Labels boxes(Features features, Content content, String where) throws DataException {
        float[] xmin = features.find(SampleKeys.XMIN).orElseThrow().floats();
        int count = xmin.length;
        float[] xmax = floats(features, SampleKeys.XMAX, count, where);
        float[] ymin = floats(features, SampleKeys.YMIN, count, where);
        float[] ymax = floats(features, SampleKeys.YMAX, count, where);
        boolean[] difficult = flags(features, SampleKeys.DIFFICULT, count, where);
        boolean[] truncated = flags(features, SampleKeys.TRUNCATED, count, where);
        List<String> names = names(features, SampleKeys.OBJECT_TEXT, SampleKeys.OBJECT_LABEL, count, where);
        if (count == 0) {
            return new Labels.Boxes(List.of());
        }
        Size size = size(content, where);
        List<Box> boxes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Box box = new Box(names.get(i), xmin[i], ymin[i], xmax[i], ymax[i], difficult[i], truncated[i]);
            String place = where + ": object " + i;
            if (isInside(box)) {
                rules.checkClass(box.className(), place);
                boxes.add(box);
            } else {
                rules.apply(size.pixels(box), size.width, size.height, place).ifPresent(boxes::add);
            }
        }
        return new Labels.Boxes(boxes);
    }

    /** Needs no rule, and keeps its floats bit for bit. */
    private static boolean isInside(Box box) {
        return box.xmin() >= 0
                && box.ymin() >= 0
                && box.xmin() < box.xmax()
                && box.ymin() < box.ymax()
                && box.xmax() <= 1
                && box.ymax() <= 1;
    }

    private static Size size(Content content, String where) throws DataException {
        if (content instanceof Content.RawImage image) {
            return new Size(image.width(), image.height());
        }
        if (content instanceof Content.EncodedImage image) {
            ImageHeader header = ImageHeader.read(image.bytes(), where + ": feature " + SampleKeys.ENCODED);
            return new Size(header.uprightWidth(), header.uprightHeight());
        }
        throw new DataException(Kind.BAD_ANNOTATION, where, "there are boxes, but no picture");
    }

    /** The names of {@code count} labels: the texts if they are there, else the numbers looked up. */
    private List<String> names(Features features, String textKey, String numberKey, int count, String where)
            throws DataException {
        Optional<Feature> texts = features.find(textKey);
        if (texts.isPresent()) {
            List<String> names = texts.get().texts();
            checkCount(textKey, names.size(), count, where);
            return names;
        }
        Optional<Feature> numbered = features.find(numberKey);
        long[] numbers = numbered.isPresent() ? numbered.get().int64s() : new long[0];
        checkCount(numberKey, numbers.length, count, where);
        List<String> names = new ArrayList<>(count);
        for (long number : numbers) {
            if (!classes.isEmpty() && (number < 1 || number > classes.size())) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        where + ": feature " + numberKey,
                        "the class number " + number + " is not in 1 to " + classes.size());
            }
            names.add(classes.isEmpty() ? Long.toString(number) : classes.get((int) number - 1));
        }
        return names;
    }

    private static float[] floats(Features features, String name, int count, String where) throws DataException {
        Optional<Feature> feature = features.find(name);
        float[] values = feature.isPresent() ? feature.get().floats() : new float[0];
        checkCount(name, values.length, count, where);
        return values;
    }

    /** Zero or one for each object; false where there are none. */
    private static boolean[] flags(Features features, String name, int count, String where) throws DataException {
        Optional<Feature> feature = features.find(name);
        long[] values = feature.isPresent() ? feature.get().int64s() : new long[0];
        if (values.length == 0) {
            return new boolean[count];
        }
        checkCount(name, values.length, count, where);
        boolean[] flags = new boolean[count];
        for (int i = 0; i < count; i++) {
            flags[i] = values[i] != 0;
        }
        return flags;
    }

    private static void checkCount(String name, int found, int wanted, String where) throws DataException {
        if (found != wanted) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    where + ": feature " + name,
                    found + " values, where " + wanted + " are needed");
        }
    }

    private record Size(int width, int height) {

        BoxRules.PixelBox pixels(Box box) {
            return new BoxRules.PixelBox(
                    box.className(),
                    (double) box.xmin() * width,
                    (double) box.ymin() * height,
                    (double) box.xmax() * width,
                    (double) box.ymax() * height,
                    box.difficult(),
                    box.truncated());
        }
    }
}
