package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;

/** Images without labels: a file, or all below a folder by name. Safe for use by many threads. */
public final class ImageFolder implements SampleSource.Indexed {

    private static final Set<String> SUFFIXES = Set.of("jpg", "jpeg", "jpe", "jfif", "png", "bmp", "webp", "gif");

    /** No image that is worth a look is larger. */
    private static final long LARGEST = 256 << 20;

    private final Path root;
    private final List<Path> files;

    private ImageFolder(Path root, List<Path> files) {
        this.root = root;
        this.files = List.copyOf(files);
    }

    /**
     * The image itself, or the images below a folder by name.
     *
     * @throws DataException if there is no such place, or it holds none
     */
    public static ImageFolder open(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return new ImageFolder(place.toAbsolutePath().getParent(), List.of(place.toAbsolutePath()));
        }
        if (!Files.isDirectory(place)) {
            throw new DataException(DataException.Kind.MISSING, place.toString(), "no such file or folder");
        }
        try (var walk = Files.walk(place)) {
            List<Path> files = walk.filter(file -> isImage(file) && !isHidden(place, file))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new DataException(DataException.Kind.MISSING, place.toString(), "holds no images");
            }
            return new ImageFolder(place, files);
        }
    }

    /** Some files of a folder, in the order given. */
    public static ImageFolder of(Path root, List<String> names) {
        return new ImageFolder(root, names.stream().map(root::resolve).toList());
    }

    /** Whether a place is an image, or a folder with some. */
    static boolean holdsImages(Path place) throws IOException {
        try (var walk = Files.walk(place)) {
            return walk.anyMatch(file -> isImage(file) && !isHidden(place, file));
        }
    }

    /** The Finder leaves a {@code ._a.jpg} beside {@code a.jpg}, notebooks copies in {@code .ipynb_checkpoints}. */
    private static boolean isHidden(Path place, Path file) {
        for (Path part : place.relativize(file)) {
            if (part.toString().startsWith(".") || part.toString().equals("__MACOSX")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
    }

    Path root() {
        return root;
    }

    /** In the order of their numbers. */
    public List<Path> files() {
        return files;
    }

    /** The file of a number. */
    public Path file(long index) {
        return files.get((int) index);
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public long size() {
        return files.size();
    }

    @Override
    public Sample read(long index) throws IOException {
        return new Sample(SampleId.ofFile(root.relativize(file(index))), image(index), Labels.NONE);
    }

    Content.EncodedImage image(long index) throws IOException {
        return new Content.EncodedImage(ByteBuffer.wrap(InputFile.bytes(file(index), LARGEST)));
    }

    @Override
    public void close() {
        // Nothing is held between two reads.
    }
}
