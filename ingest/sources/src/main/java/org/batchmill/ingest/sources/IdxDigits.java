package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;

/**
 * Digits in IDX files: {@code NAME-images-idx3-ubyte} and {@code NAME-labels-idx1-ubyte}, with or without {@code .gz}, or with the
 * point before {@code idx} that some programs unpack them with. Of two that differ in that alone the first counts. All of them stay in
 * memory. Where classes are asked for, the samples of all others are passed over. A sample's id is {@code
 * NAME-images-idx3-ubyte#PLACE}, whatever is passed over. Safe for use by many threads.
 */
final class IdxDigits implements SampleSource.Indexed {

    private static final Pattern IMAGES = Pattern.compile("(?s)([^.].*)-images[-.]idx3-ubyte(\\.gz)?");
    private static final List<String> LABELS = List.of("-labels-idx1-ubyte", "-labels.idx1-ubyte");
    private static final int DIGITS = 10;

    /**
     * One pair of files.
     *
     * @param positions of the samples that are wanted
     */
    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Part(String name, IdxFile images, IdxFile labels, int[] positions) {

        int size() {
            return positions.length;
        }

        int label(int index) {
            return labels.values().get(index) & 0xff;
        }
    }

    private final List<Part> parts;
    private final List<String> classes;

    private IdxDigits(List<Part> parts, List<String> classes) {
        this.parts = parts;
        this.classes = classes;
    }

    /** The files of images in a folder, in order; empty if there are none. */
    static List<Path> imagesIn(Path folder) throws IOException {
        List<Path> images = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, IdxDigits::isImages)) {
            files.forEach(images::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        images.sort(null);
        Set<String> lists = new HashSet<>();
        images.removeIf(file -> !lists.add(list(file)));
        return images;
    }

    /** Whether a file is named like one of images. */
    static boolean isImages(Path file) {
        return IMAGES.matcher(name(file)).matches();
    }

    /** The name of the list that a file of images is: {@code train10k} for {@code train10k-images-idx3-ubyte.gz}. */
    static String list(Path images) {
        Matcher name = IMAGES.matcher(name(images));
        if (!name.matches()) {
            throw new IllegalArgumentException(images + " is not named like images");
        }
        return name.group(1);
    }

    private static String name(Path file) {
        return Objects.toString(file.getFileName(), "");
    }

    private static String plainName(Path file) {
        String name = name(file);
        return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    }

    /**
     * Reads files of images, and of labels beside them.
     *
     * @param classes only these digits; empty for all
     */
    static IdxDigits open(List<Path> images, List<String> classes) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Path file : images) {
            parts.add(part(file, classes));
        }
        return new IdxDigits(parts, List.copyOf(classes));
    }

    private static Part part(Path imageFile, List<String> classes) throws IOException {
        Path labelFile = labels(imageFile)
                .orElseThrow(() -> new DataException(
                        Kind.MISSING,
                        imageFile.toString(),
                        "there is no " + list(imageFile) + LABELS.get(0) + " beside it"));
        IdxFile images = IdxFile.read(imageFile, 3);
        IdxFile labels = IdxFile.read(labelFile, 1);
        if (images.sizes()[0] > 0 && images.values().capacity() == 0) {
            throw new DataException(
                    Kind.CORRUPT,
                    imageFile.toString(),
                    "images of " + images.sizes()[2] + " x " + images.sizes()[1] + " pixels");
        }
        if (images.sizes()[0] != labels.sizes()[0]) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    labelFile.toString(),
                    labels.sizes()[0] + " labels for " + images.sizes()[0] + " images");
        }
        int[] wanted = IntStream.range(0, labels.sizes()[0])
                .filter(place -> classes.isEmpty()
                        || classes.contains(Integer.toString(labels.values().get(place) & 0xff)))
                .toArray();
        return new Part(plainName(imageFile), images, labels, wanted);
    }

    private static Optional<Path> labels(Path images) {
        return LABELS.stream()
                .flatMap(name -> List.of(name, name + ".gz").stream())
                .map(name -> images.resolveSibling(list(images) + name))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** The names of the digits asked for, or all; more numbers where the labels go beyond nine. */
    @Override
    public List<String> classes() {
        if (!classes.isEmpty()) {
            return classes;
        }
        int largest = parts.stream()
                .flatMapToInt(part -> IntStream.of(part.positions()).map(part::label))
                .max()
                .orElse(0);
        return IntStream.range(0, Math.max(DIGITS, largest + 1))
                .mapToObj(Integer::toString)
                .toList();
    }

    @Override
    public long size() {
        return parts.stream().mapToLong(Part::size).sum();
    }

    @Override
    public Sample read(long index) {
        long first = 0;
        for (Part part : parts) {
            if (index < first + part.size()) {
                return sample(part, part.positions()[(int) (index - first)]);
            }
            first += part.size();
        }
        throw new IndexOutOfBoundsException("sample " + index + " of " + first);
    }

    private static Sample sample(Part part, int index) {
        int height = part.images().sizes()[1];
        int width = part.images().sizes()[2];
        return new Sample(
                SampleId.ofFrame(part.name(), index),
                new Content.RawImage(
                        part.images().values().slice(index * height * width, height * width), height, width, 1),
                new Labels.ClassLabel(Integer.toString(part.label(index))));
    }

    @Override
    public void close() {}
}
