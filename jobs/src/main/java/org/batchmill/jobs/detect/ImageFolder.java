package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.FolderWalk;
import org.batchmill.records.InputFile;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.image.ImageNames;
import org.batchmill.records.storage.ReadsAhead;

/** Images without labels: a file, or all below a folder by name. Safe for use by many threads. */
public final class ImageFolder implements SampleSource.Indexed {

    /** No image that is worth a look has more bytes. */
    public static final long LARGEST = 256 << 20;

    private final Path root;
    private final List<Path> files;
    private final List<Path> foreign;

    private ImageFolder(Path root, List<Path> files, List<Path> foreign) {
        this.root = root;
        this.files = List.copyOf(files);
        this.foreign = List.copyOf(foreign);
    }

    /**
     * The image itself, or the images below a folder by name.
     *
     * @throws DataException if there is no such place, or it holds none
     */
    public static ImageFolder open(Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return new ImageFolder(place.toAbsolutePath().getParent(), List.of(place.toAbsolutePath()), List.of());
        }
        if (!Files.isDirectory(place)) {
            throw Files.exists(place)
                    ? new DataException(
                            DataException.Kind.UNSUPPORTED,
                            place.toString(),
                            "is a pipe or a device, not a file or folder")
                    : new DataException(DataException.Kind.MISSING, place.toString(), "no such file or folder");
        }
        Map<Boolean, List<Path>> found =
                FolderWalk.files(place, name -> ImageNames.isImage(name) || ImageNames.isForeignImage(name)).stream()
                        .collect(Collectors.partitioningBy(
                                file -> ImageNames.isImage(file.getFileName().toString())));
        List<Path> files = found.get(true);
        List<Path> foreign = found.get(false);
        if (files.isEmpty()) {
            String what = foreign.isEmpty() ? "" : " of a format that is read; there is " + foreign.get(0);
            throw new DataException(DataException.Kind.MISSING, place.toString(), "holds no images" + what);
        }
        return new ImageFolder(place, files, foreign);
    }

    /** Some files of a folder, in the order given. */
    public static ImageFolder of(Path root, List<String> names) {
        return new ImageFolder(root, names.stream().map(root::resolve).toList(), List.of());
    }

    /** Whether a place is an image, or a folder with some. */
    static boolean holdsImages(Path place) throws IOException {
        return Files.isRegularFile(place)
                ? ImageNames.isImage(place.getFileName().toString())
                : !FolderWalk.files(place, ImageNames::isImage).isEmpty();
    }

    /** What is to be said of images in the folder that are passed over; empty if there are none. */
    public Optional<String> notice() {
        return ImageNames.foreignNotice(foreign);
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

    @Override
    public void soon(long index) {
        ReadsAhead.tell(file(index), 0, (int) LARGEST);
    }

    Content.EncodedImage image(long index) throws IOException {
        return new Content.EncodedImage(ByteBuffer.wrap(InputFile.bytes(file(index), LARGEST)));
    }

    @Override
    public void close() {
        // Nothing is held between two reads.
    }
}
