package org.batchmill.ingest.testing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.batchmill.testing.Seed;

/**
 * Labelled images that tests draw for themselves: image {@code i} of any size shows a rectangle, of class "disc" or "square",
 * on noise. The same number gives the same bytes.
 */
public final class DrawnDataSet {

    public static final int WIDTH = 64;
    public static final int HEIGHT = 48;
    public static final int LEFT = 8;
    public static final int TOP = 6;
    public static final int RIGHT = 40;
    public static final int BOTTOM = 30;

    private DrawnDataSet() {}

    /** The class of image {@code i}. */
    public static String className(int i) {
        return i % 3 == 0 ? "disc" : "square";
    }

    /** The name of image {@code i}, without its suffix. */
    public static String name(int i) {
        return String.format(Locale.ROOT, "p%05d", i);
    }

    /** An encoded image. */
    public static byte[] image(int i, String format) {
        return image(i, format, WIDTH, HEIGHT);
    }

    /** An encoded image of any size. */
    public static byte[] image(int i, String format, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        RandomGenerator random = Seed.random(i);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(64) * 0x010101);
            }
        }
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(255, random.nextInt(256), 0));
        graphics.fillRect(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A data set in the VOC layout whose first four fifths are listed as {@code train} and the rest as {@code val}. */
    public static Path voc(Path folder, int count) throws IOException {
        Path images = Files.createDirectories(folder.resolve("JPEGImages"));
        Path annotations = Files.createDirectories(folder.resolve("Annotations"));
        Path lists = Files.createDirectories(folder.resolve("ImageSets/Main"));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(name(i));
            Files.write(images.resolve(name(i) + ".jpg"), image(i, "jpg"));
            Files.writeString(annotations.resolve(name(i) + ".xml"), vocXml(i));
        }
        int train = count * 4 / 5;
        Files.write(lists.resolve("train.txt"), names.subList(0, train));
        Files.write(lists.resolve("val.txt"), names.subList(train, count));
        Files.write(lists.resolve("trainval.txt"), names);
        return folder;
    }

    /** The annotation of image {@code i}: one box around the rectangle. */
    public static String vocXml(int i) {
        return String.format(
                Locale.ROOT,
                """
                <annotation><folder>JPEGImages</folder><filename>%s.jpg</filename>
                <size><width>%d</width><height>%d</height><depth>3</depth></size>
                <object><name>%s</name><bndbox><xmin>%d</xmin><ymin>%d</ymin><xmax>%d</xmax><ymax>%d</ymax></bndbox></object>
                </annotation>
                """,
                name(i),
                WIDTH,
                HEIGHT,
                className(i),
                LEFT,
                TOP,
                RIGHT,
                BOTTOM);
    }

    /** A folder for each class. */
    public static Path classes(Path folder, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Path place = Files.createDirectories(folder.resolve(className(i)));
            Files.write(place.resolve(name(i) + ".png"), image(i, "png"));
        }
        return folder;
    }

    /** A record file. */
    public static Path records(Path file, int count) throws IOException {
        SampleExamples examples = new SampleExamples(List.of("disc", "square"));
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (int i = 0; i < count; i++) {
                writer.write(examples.write(sample(i)));
            }
            writer.finish();
        }
        return file;
    }

    /** Image {@code i} with its box. */
    public static Sample sample(int i) {
        Box box = new Box(
                className(i),
                (float) LEFT / WIDTH,
                (float) TOP / HEIGHT,
                (float) RIGHT / WIDTH,
                (float) BOTTOM / HEIGHT);
        return new Sample(
                new SampleId("JPEGImages/" + name(i) + ".jpg"),
                new Content.EncodedImage(ByteBuffer.wrap(image(i, "jpg"))),
                new Labels.Boxes(List.of(box)));
    }
}
