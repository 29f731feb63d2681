package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.image.ImageHeader;

/**
 * The images of one or more COCO files. An image that stands several times, in one file or in several, has the objects of all its
 * entries; those that several files have alike count once. An entry that makes no sense, and all annotations of a file that belong to
 * no image together, are one bad annotation: a sample that cannot be read.
 */
final class CocoListing implements Listing {

    /**
     * What one entry of a file says of an image.
     *
     * @param names of the file's categories by number
     */
    private record Part(
            Path file, CocoFile.Image image, List<CocoFile.Annotation> objects, Map<Object, String> names) {}

    /** Why an entry makes no sense. */
    private record Problem(String where, String reason) {

        DataException exception() {
            return new DataException(Kind.BAD_ANNOTATION, where, reason);
        }
    }

    /** An object by what it says, the same in all files. */
    private record Twin(String name, List<Double> box, boolean crowd) {
        static Twin of(Part part, CocoFile.Annotation object) {
            List<Double> box = object.box() == null
                    ? null
                    : Arrays.stream(object.box()).boxed().toList();
            return new Twin(part.names.get(object.category()), box, object.crowd());
        }
    }

    /** All that is known of one image: either a problem or parts, in the order of the files. */
    private record Image(Map<Path, List<Part>> byFile, List<Problem> problems) {
        Image() {
            this(new LinkedHashMap<>(2), new ArrayList<>(0));
        }

        List<Part> parts() {
            return byFile.values().stream().flatMap(List::stream).toList();
        }
    }

    /** What the files before the one that is added say of an image; made when that file names it too. */
    private final IdentityHashMap<Image, Set<Twin>> twins = new IdentityHashMap<>();

    private final EntryList entries = new EntryList();
    private final List<Image> images = new ArrayList<>();
    private final CocoClasses classes = new CocoClasses();
    private final BoxRules rules;
    private final Path root;
    private final ImageFinder finder;
    private int inSeveralFiles;
    private List<String> names = List.of();
    private final List<String> notices = new ArrayList<>();

    CocoListing(Path root, BoxRules rules) {
        this.root = root;
        this.rules = rules;
        this.finder = new ImageFinder(root);
    }

    /**
     * Adds a file.
     *
     * @param list    the name of its list; empty for none
     * @param folders where its images may be
     */
    void add(Path path, CocoFile file, String list, List<Path> folders) throws IOException {
        twins.clear();
        Map<Object, String> categories = classes.add(path, file);
        Map<Object, List<CocoFile.Annotation>> objects = new HashMap<>();
        Map<Object, String> nameOf = new HashMap<>();
        Map<Object, Problem> contradictions = new HashMap<>();
        for (CocoFile.Image image : file.images()) {
            objects.put(image.id(), new ArrayList<>());
            String other = nameOf.putIfAbsent(image.id(), cleaned(image.fileName()));
            if (image.id() != null && other != null && !other.equals(cleaned(image.fileName()))) {
                contradictions.put(
                        image.id(),
                        new Problem(
                                where(path, image),
                                "the number is that of two images, " + other + " and " + cleaned(image.fileName())));
            }
        }
        addObjects(path, list, file, objects);
        for (CocoFile.Image image : file.images()) {
            Problem problem = contradictions.get(image.id());
            if (image.id() == null) {
                problem = new Problem(path + ": image " + image.fileName(), "it has no number");
            }
            // A second entry of the same number and name says nothing new.
            List<CocoFile.Annotation> own = objects.put(image.id(), new ArrayList<>(0));
            add(path, image, list, folders, problem, new Part(path, image, own, categories));
        }
    }

    private static String where(Path path, CocoFile.Image image) {
        return path + ": image " + (image.id() == null ? image.fileName() : image.id());
    }

    private static String cleaned(String name) {
        return name == null ? "" : FolderFiles.withoutLeading(name.strip().replace('\\', '/'), "./");
    }

    /** Gives the objects to their images; those of no image become one bad sample. */
    private void addObjects(Path path, String list, CocoFile file, Map<Object, List<CocoFile.Annotation>> objects) {
        CocoFile.Annotation orphan = null;
        int orphans = 0;
        for (CocoFile.Annotation object : file.annotations()) {
            List<CocoFile.Annotation> siblings = object.image() == null ? null : objects.get(object.image());
            if (siblings != null) {
                siblings.add(object);
                continue;
            }
            orphan = orphan == null ? object : orphan;
            orphans++;
        }
        if (orphan != null) {
            String where = path + ": annotation " + orphan.id();
            String reason = orphan.image() == null
                    ? "it has no image_id"
                    : "there is no image with the number " + orphan.image();
            String more = orphans == 1 ? "" : "; " + (orphans - 1) + " more annotations are of no image";
            image(entryOf(path, "annotations"), list).problems.add(new Problem(where, reason + more));
        }
    }

    private void add(Path path, CocoFile.Image image, String list, List<Path> folders, Problem problem, Part part)
            throws IOException {
        Problem found = problem;
        String name = cleaned(image.fileName());
        Path place = null;
        if (name.isEmpty()) {
            found = new Problem(where(path, image), "it has no file_name");
        } else {
            try {
                place = finder.find(folders, image.fileName(), where(path, image));
            } catch (DataException e) {
                found = new Problem(e.where(), e.reason());
            }
        }
        Entry entry = place == null ? entryOf(path, "image " + images.size()) : FolderFiles.entry(root, place);
        Image known = image(entry, list);
        if (found != null) {
            known.problems.add(found);
            return;
        }
        List<Part> own = known.byFile.computeIfAbsent(path, file -> new ArrayList<>(1));
        // Those behind the first have its name, or there is a problem already.
        if (!own.isEmpty() && !cleaned(own.get(0).image.fileName()).equals(name)) {
            known.problems.add(new Problem(
                    where(path, image),
                    name + " and " + cleaned(own.get(0).image.fileName()) + " are one file, "
                            + root.relativize(place)));
        }
        if (known.byFile.size() > 1) {
            inSeveralFiles++;
            Set<Twin> others = twins.computeIfAbsent(known, one -> one.parts().stream()
                    .filter(other -> !other.file.equals(path))
                    .flatMap(other -> other.objects.stream().map(object -> Twin.of(other, object)))
                    .collect(Collectors.toSet()));
            part.objects.removeIf(object -> others.contains(Twin.of(part, object)));
        }
        own.add(part);
    }

    /** Stands for a part of a file that makes no sense. */
    private Entry entryOf(Path path, String part) {
        return FolderFiles.entry(root, path.resolveSibling(path.getFileName() + "#" + part));
    }

    private Image image(Entry entry, String list) {
        int place = list.isEmpty() ? entries.add(entry) : entries.add(entry, list);
        if (place == images.size()) {
            images.add(new Image());
        }
        return images.get(place);
    }

    /** Adds a sentence to what a user should know. */
    void notice(String sentence) {
        notices.add(sentence);
    }

    /** All files are added. */
    CocoListing complete() {
        names = classes.names();
        notices.addAll(classes.notices());
        long repeated = images.stream()
                .filter(image -> image.byFile.values().stream().anyMatch(parts -> parts.size() > 1))
                .count();
        if (repeated > 0) {
            notices.add(repeated + " images have several entries in a file, whose objects are put together");
        }
        if (inSeveralFiles > 0) {
            notices.add(inSeveralFiles + " images are in several files, whose objects are put together");
        }
        return this;
    }

    @Override
    public EntryList entries() {
        return entries;
    }

    @Override
    public List<String> classes() {
        return names;
    }

    @Override
    public List<String> notices() {
        return List.copyOf(notices);
    }

    @Override
    public boolean needsImage() {
        return true;
    }

    @Override
    public void check(int entry) throws DataException {
        List<Problem> problems = images.get(entry).problems;
        if (!problems.isEmpty()) {
            throw problems.get(0).exception();
        }
    }

    @Override
    public Labels labels(int entry, ImageHeader image) throws DataException {
        check(entry);
        int width = image.uprightWidth();
        int height = image.uprightHeight();
        List<Box> boxes = new ArrayList<>();
        for (Part part : images.get(entry).parts()) {
            DeclaredSize.check(part.image.width(), part.image.height(), image, where(part.file, part.image));
            for (CocoFile.Annotation object : part.objects) {
                String where = part.file + ": annotation " + object.id();
                PixelBox box = box(object, part.names, where);
                DeclaredSize.refuseFractions(box, image, where);
                rules.apply(box, width, height, where).ifPresent(boxes::add);
            }
        }
        return new Labels.Boxes(boxes);
    }

    private static PixelBox box(CocoFile.Annotation object, Map<Object, String> names, String where)
            throws DataException {
        String problem = object.problem();
        if (object.category() == null) {
            problem = "it has no category_id";
        } else if (names.get(object.category()) == null) {
            problem = "there is no category " + object.category();
        }
        if (problem != null) {
            throw new DataException(Kind.BAD_ANNOTATION, where, problem);
        }
        double[] box = object.box();
        return new PixelBox(
                names.get(object.category()),
                box[0],
                box[1],
                box[0] + box[2],
                box[1] + box[3],
                object.difficult(),
                false,
                object.crowd());
    }

    @Override
    public List<String> classNames(int entry) {
        return images.get(entry).parts().stream()
                .flatMap(part -> part.objects.stream().map(object -> part.names.get(object.category())))
                .filter(Objects::nonNull)
                .toList();
    }
}
