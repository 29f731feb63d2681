package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFile;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.image.ImageNames;
import org.batchmill.records.storage.ReadsAhead;

/** The images of a VOC data set and their annotations. */
final class VocListing implements Listing {

    private final Path root;
    private final BoxRules rules;
    private final EntryList entries = new EntryList();

    /** Where the annotation of each image is, or should be. */
    private final List<Path> annotations = new ArrayList<>();

    private final KeptAnnotations kept = new KeptAnnotations();
    private final List<String> notices = new ArrayList<>();

    VocListing(Path root, BoxRules rules) {
        this.root = root;
        this.rules = rules;
    }

    /** Adds the images and annotations of two folders, or of one that holds both. */
    void add(VocFolders folders) throws IOException {
        Map<String, Path> xml = FolderFiles.byStem(
                folders.annotations(), FolderFiles.filesBelow(folders.annotations(), VocFolders.XML));
        Map<String, Path> images = images(folders, xml);
        Map<String, String> xmlOf = new Pairing(images.keySet(), xml.keySet()).pairs();
        Map<String, String> imageOf = pairByFileNames(images.keySet(), xml, xmlOf);
        Pairing.Names names = new Pairing.Names(images.keySet());
        UnaryOperator<String> stemOf = line -> {
            String stem = stemOf(line, names);
            return stem == null ? imageOf.get(withoutSuffix(line)) : stem;
        };
        Map<String, List<String>> lists =
                folders.isOne() ? Map.of() : VocLists.read(home(folders), name -> stemOf.apply(name) != null);
        for (Map.Entry<String, List<String>> list : lists.entrySet()) {
            for (String line : list.getValue()) {
                String stem = stemOf.apply(line);
                String name = stem == null ? withoutSuffix(line) : stem;
                add(folders, name, images.get(name), xml.get(xmlOf.getOrDefault(name, name)), list.getKey());
            }
        }
        if (!lists.isEmpty()) {
            Set<Path> listed = new HashSet<>();
            entries.entries().forEach(entry -> listed.add(entry.image()));
            long left = images.values().stream()
                    .filter(image -> !listed.contains(image))
                    .count();
            if (left > 0) {
                notices.add(left + " images are in no list of ImageSets and are left out");
            }
            return;
        }
        if (!folders.isOne() && VocLists.areIn(home(folders))) {
            notices.add(
                    "ImageSets has no list of images, as those of single classes are none: all images are taken, in no list");
        }
        Map<String, String> all = new TreeMap<>();
        xml.keySet().forEach(stem -> all.put(stem, stem));
        all.keySet().removeAll(xmlOf.values());
        images.keySet().forEach(stem -> all.put(stem, xmlOf.getOrDefault(stem, stem)));
        for (Map.Entry<String, String> each : all.entrySet()) {
            add(folders, each.getKey(), images.get(each.getKey()), xml.get(each.getValue()), folders.list());
        }
    }

    /** Where the lists are: a development kit has a folder with lists of its own for each year. */
    private Path home(VocFolders folders) throws IOException {
        return VocLists.areIn(root) ? root : folders.annotations().getParent();
    }

    /**
     * Pairs what names have left over: an annotation names its image, which counts where that has no annotation and is named by no other.
     *
     * @return the images of those annotations, which are added to {@code xmlOf}
     */
    private Map<String, String> pairByFileNames(Set<String> images, Map<String, Path> xml, Map<String, String> xmlOf)
            throws IOException {
        Map<String, Set<String>> free = new HashMap<>();
        for (String image : images) {
            if (!xmlOf.containsKey(image)) {
                free.computeIfAbsent(spelling(image.substring(image.lastIndexOf('/') + 1)), name -> new TreeSet<>())
                        .add(image);
            }
        }
        Map<String, Set<String>> claims = new TreeMap<>();
        Set<String> paired = new HashSet<>(xmlOf.values());
        for (Map.Entry<String, Path> each : free.isEmpty() ? Set.<Map.Entry<String, Path>>of() : xml.entrySet()) {
            if (!paired.contains(each.getKey())) {
                String named = spelling(withoutSuffix(fileName(each.getValue())));
                Set<String> fitting = free.getOrDefault(named, Set.of());
                if (fitting.size() == 1) {
                    claims.computeIfAbsent(fitting.iterator().next(), image -> new TreeSet<>())
                            .add(each.getKey());
                }
            }
        }
        Map<String, String> imageOf = new TreeMap<>();
        claims.forEach((image, annotations) -> {
            if (annotations.size() == 1) {
                imageOf.put(annotations.iterator().next(), image);
                xmlOf.put(image, annotations.iterator().next());
            }
        });
        if (!imageOf.isEmpty()) {
            String first = imageOf.keySet().iterator().next();
            notices.add(
                    imageOf.size() + " annotations are called otherwise than their images, which are named in them: "
                            + FolderFiles.slashed(root.relativize(xml.get(first))) + " is of " + imageOf.get(first));
        }
        return imageOf;
    }

    private static String spelling(String name) {
        return Pairing.Names.spelling(name);
    }

    /** Adds what has a name; image or annotation may be null: it is where it should be, and missing. */
    private void add(VocFolders folders, String stem, Path image, Path xml, String list) throws DataException {
        Path named = image != null ? image : FolderFiles.inside(root, folders.images(), stem + ".jpg", root.toString());
        Path annotation = xml != null
                ? xml
                : FolderFiles.inside(root, folders.annotations(), stem + VocFolders.XML, root.toString());
        Entry entry = FolderFiles.entry(root, named);
        int place = list.isEmpty() ? entries.add(entry) : entries.add(entry, list);
        if (place == annotations.size()) {
            annotations.add(annotation);
        }
    }

    /** The image that a line of a list means: its name, with or without a suffix, or a path that ends in it; null if there is none. */
    private static String stemOf(String line, Pairing.Names images) {
        if (line.length() > FolderFiles.LONGEST_NAME) {
            return null;
        }
        String found = images.find(line);
        String rest = withoutSuffix(line);
        for (int parts = 0; found == null && parts < FolderFiles.MOST_PARTS; parts++) {
            found = images.find(rest);
            int slash = rest.indexOf('/');
            if (slash < 0) {
                break;
            }
            rest = rest.substring(slash + 1);
        }
        return found;
    }

    private static String withoutSuffix(String line) {
        String forward = line.replace('\\', '/');
        return ImageNames.isImage(forward) ? FolderFiles.stem(forward) : forward;
    }

    /** The images by stem. Where some differ in the suffix alone, the one that the annotation names counts, else the first. */
    private Map<String, Path> images(VocFolders folders, Map<String, Path> xml) throws IOException {
        Map<String, Path> images = new TreeMap<>();
        List<String> left = new ArrayList<>();
        for (Path image : FolderFiles.imagesBelow(folders.images())) {
            String name = FolderFiles.slashed(folders.images().relativize(image));
            String stem = FolderFiles.stem(name);
            Path other = images.putIfAbsent(stem, image);
            if (other != null) {
                boolean named =
                        xml.containsKey(stem) && image.getFileName().toString().equals(fileName(xml.get(stem)));
                images.put(stem, named ? image : other);
                left.add(FolderFiles.slashed(root.relativize(named ? other : image)));
            }
        }
        if (!left.isEmpty()) {
            notices.add(left.size() + " images differ from another in the suffix alone and are left out: "
                    + String.join(", ", left.subList(0, Math.min(3, left.size()))) + (left.size() > 3 ? ", ..." : ""));
        }
        return images;
    }

    /** The name of the image that an annotation is of, by its own words. */
    private static String fileName(Path annotation) throws IOException {
        try {
            return VocXml.read(annotation).fileName();
        } catch (DataException e) {
            return ""; // told when its labels are asked for
        }
    }

    @Override
    public EntryList entries() {
        return entries;
    }

    @Override
    public List<String> classes() {
        return List.of();
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
    public void soon(int entry) {
        ReadsAhead.tell(annotations.get(entry), 0, (int) TextFile.LARGEST_CONFIGURATION);
    }

    @Override
    public Labels labels(int entry, ImageHeader image) throws IOException {
        Path file = annotations.get(entry);
        List<Box> boxes = new ArrayList<>();
        int number = 0;
        for (PixelBox box : kept.boxes(file, image)) {
            String where = file + ": object " + number++;
            DeclaredSize.refuseFractions(box, image, where);
            rules.apply(box, image.uprightWidth(), image.uprightHeight(), where).ifPresent(boxes::add);
        }
        return new Labels.Boxes(boxes);
    }

    @Override
    public List<String> classNames(int entry) throws IOException {
        return VocXml.read(annotations.get(entry)).classNames();
    }
}
