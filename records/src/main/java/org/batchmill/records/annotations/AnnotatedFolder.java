package org.batchmill.records.annotations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.batchmill.records.BoxRules;
import org.batchmill.records.ClassNames;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.storage.ReadsAhead;
import org.batchmill.records.storage.StoreAwayException;

/**
 * The labelled images of a folder in one of the {@link AnnotationFormat}s. Opening lists them; an image and its labels are
 * read, and checked, when it is asked for. Safe for use by many threads.
 */
public final class AnnotatedFolder implements SampleSource.Indexed {

    /** No image that is worth training on is larger. */
    private static final long LARGEST_IMAGE = 256 << 20;

    private final Path root;
    private final AnnotationFormat format;
    private final FolderOptions options;
    private final Listing listing;
    private final int[] chosen;
    private final List<String> doubts;
    private final KeptFiles images = new KeptFiles();
    private List<String> classes;

    private AnnotatedFolder(
            Path root,
            AnnotationFormat format,
            FolderOptions options,
            Listing listing,
            int[] chosen,
            List<String> doubts) {
        this.root = root;
        this.format = format;
        this.options = options;
        this.listing = listing;
        this.chosen = chosen;
        this.doubts = List.copyOf(doubts);
    }

    /**
     * Opens a folder whose format is told from what is there.
     *
     * @throws DataException if it is of none
     */
    public static AnnotatedFolder open(Path root, FolderOptions options) throws IOException {
        checkFolder(root);
        AnnotationFormat format = AnnotationFormat.of(root)
                .orElseThrow(() -> new DataException(
                        Kind.UNSUPPORTED, root.toString(), "the folder has no labels of a known format"));
        return open(root, format, options);
    }

    /**
     * Opens a folder of a format.
     *
     * @throws DataException if it is not of that format, or a file that describes all of it is damaged
     */
    public static AnnotatedFolder open(Path root, AnnotationFormat format, FolderOptions options) throws IOException {
        return open(root, format, null, options);
    }

    /**
     * Opens what a file stands for.
     *
     * @throws DataException if the data set is damaged
     */
    public static AnnotatedFolder open(DataSetFile file, FolderOptions options) throws IOException {
        boolean isList = !file.list().isEmpty();
        AnnotatedFolder whole = open(file.root(), file.format(), isList ? null : file.file(), options);
        return isList ? whole.only(file.list()) : whole;
    }

    private static AnnotatedFolder open(Path root, AnnotationFormat format, Path named, FolderOptions options)
            throws IOException {
        checkFolder(root);
        Listing listing = format.format().list(root, named, options);
        int[] all = IntStream.range(0, listing.entries().entries().size()).toArray();
        return new AnnotatedFolder(root, format, options, listing, all, List.of());
    }

    private static void checkFolder(Path root) throws DataException {
        if (!Files.isDirectory(root)) {
            throw new DataException(Kind.MISSING, root.toString(), "there is no such folder");
        }
    }

    /** The names of the lists that the data set divides itself into, such as {@code train} and {@code val}. */
    public Set<String> lists() {
        return new TreeSet<>(listing.entries().lists().keySet());
    }

    /**
     * The images of one of the data set's own lists, in its order.
     *
     * @throws UsageException if there is no such list
     */
    public AnnotatedFolder only(String list) {
        List<Integer> places = listing.entries().lists().get(list);
        if (places == null) {
            throw new UsageException(root + ": there is no list " + list + ", only " + String.join(", ", lists()));
        }
        int[] some = places.stream().mapToInt(Integer::intValue).toArray();
        return new AnnotatedFolder(root, format, options, listing, some, doubts);
    }

    public Path root() {
        return root;
    }

    public AnnotationFormat format() {
        return format;
    }

    /** The rules that checked the boxes, with their counts. */
    public BoxRules rules() {
        return options.rules();
    }

    /** The image at a place, without reading it. */
    public Entry entry(long index) {
        return listing.entries().entries().get(chosen[Math.toIntExact(index)]);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where neither the caller nor the format names them, the first call reads all labels of the folder, all lists, and takes
     * the names in alphabetical order.
     */
    @Override
    public synchronized List<String> classes() {
        if (classes == null) {
            classes = declaredClasses();
            if (classes.isEmpty()) {
                classes = collectClasses();
            }
        }
        return classes;
    }

    @Override
    public List<String> declaredClasses() {
        return !options.classes().isEmpty() ? options.classes() : listing.classes();
    }

    @Override
    public List<String> notices() {
        List<String> all = new ArrayList<>(doubts);
        all.addAll(listing.notices());
        return List.copyOf(all);
    }

    /** The same folder, with more to hear of it. */
    public AnnotatedFolder noticing(List<String> more) {
        return new AnnotatedFolder(root, format, options, listing, chosen, more);
    }

    private List<String> collectClasses() {
        return ClassNames.inOrder(IntStream.range(0, listing.entries().entries().size())
                .parallel()
                .mapToObj(this::classNames)
                .flatMap(List::stream)
                .collect(Collectors.toSet()));
    }

    /** None where the labels are damaged: {@link #read} throws for them. A store that is away has none to tell. */
    private List<String> classNames(int entry) {
        try {
            return listing.classNames(entry);
        } catch (StoreAwayException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public long size() {
        return chosen.length;
    }

    @Override
    public Sample read(long index) throws IOException {
        int place = chosen[Math.toIntExact(index)];
        Entry entry = listing.entries().entries().get(place);
        listing.check(place);
        ByteBuffer image = ByteBuffer.wrap(images.bytes(entry.image(), LARGEST_IMAGE));
        ImageHeader header =
                listing.needsImage() ? ImageHeader.read(image, entry.image().toString()) : null;
        Labels labels = listing.labels(place, header);
        return new Sample(entry.id(), new Content.EncodedImage(image), labels);
    }

    @Override
    public void soon(long index) {
        int place = chosen[Math.toIntExact(index)];
        Entry entry = listing.entries().entries().get(place);
        listing.soon(place);
        ReadsAhead.tell(entry.image(), 0, (int) LARGEST_IMAGE);
    }

    @Override
    public Labels labels(long index) throws IOException {
        return listing.needsImage() ? read(index).labels() : listing.labels(chosen[Math.toIntExact(index)], null);
    }

    @Override
    public void close() {}
}
