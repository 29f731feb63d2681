package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;

/**
 * COCO: {@code annotations/instances_train2017.json} with pictures in {@code train2017/}, a JSON file in the data set's folder,
 * or {@code train/_annotations.coco.json} beside its pictures. Each file is a list named after it ({@code train}). Classes are in
 * the order of their numbers.
 */
final class CocoFormat implements FolderFormat {

    private static final String BESIDE = "_annotations.coco.json";

    @Override
    public boolean fits(Path root) throws IOException {
        return !files(root).isEmpty();
    }

    /** The JSON files of the data set by the name of their list; empty for the only one. */
    private static Map<Path, String> files(Path root) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        for (Path file : FolderFiles.filesIn(root.resolve("annotations"), ".json")) {
            String name = file.getFileName().toString();
            if (name.startsWith("instances") || !name.matches("(captions|person_keypoints|panoptic|stuff)_.*")) {
                String stem = FolderFiles.stem(name).replaceFirst("^instances_?", "");
                files.put(file, stem.replaceFirst("\\d{4}$", ""));
            }
        }
        if (Files.isDirectory(root)) {
            for (Path folder : FolderFiles.foldersIn(root)) {
                if (Files.isRegularFile(folder.resolve(BESIDE))) {
                    files.put(folder.resolve(BESIDE), folder.getFileName().toString());
                }
            }
        }
        if (files.isEmpty()) {
            for (Path file : FolderFiles.filesIn(root, ".json")) {
                if (looksLikeCoco(file)) {
                    files.put(file, "");
                }
            }
        }
        return files;
    }

    /** Other JSON files lie in folders too: this kind has an array "images". */
    private static boolean looksLikeCoco(Path file) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals("images")) {
                    return parser.nextToken() == JsonToken.START_ARRAY;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Override
    public Listing list(Path root, FolderOptions options) throws IOException {
        Map<Path, String> files = files(root);
        if (files.isEmpty()) {
            throw new DataException(Kind.MISSING, root.toString(), "there is no JSON file of COCO's instances kind");
        }
        CocoListing listing = new CocoListing(options.rules());
        for (Map.Entry<Path, String> file : files.entrySet()) {
            listing.add(root, file.getKey(), file.getValue());
        }
        return listing;
    }

    /** A picture of a file and its objects. */
    private record Picture(Path file, CocoFile.Image image, List<CocoFile.Annotation> objects) {}

    private static final class CocoListing implements Listing {

        private final EntryList pictures = new EntryList();
        private final List<Picture> details = new ArrayList<>();
        private final Map<Long, String> names = new HashMap<>();
        private final List<String> classes = new ArrayList<>();
        private final BoxRules rules;

        CocoListing(BoxRules rules) {
            this.rules = rules;
        }

        void add(Path root, Path path, String list) throws IOException {
            CocoFile file = CocoFile.read(path);
            addCategories(path, file.categories());
            Map<Long, List<CocoFile.Annotation>> objects = new HashMap<>();
            for (CocoFile.Image image : file.images()) {
                objects.put(image.id(), new ArrayList<>());
            }
            for (CocoFile.Annotation object : file.annotations()) {
                List<CocoFile.Annotation> siblings = objects.get(object.image_id());
                if (siblings == null) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION,
                            path + ": annotation " + object.id(),
                            "there is no picture with the number " + object.image_id());
                }
                siblings.add(object);
            }
            for (CocoFile.Image image : file.images()) {
                Entry entry = FolderFiles.entry(root, find(root, path, list, image));
                int place = list.isEmpty() ? pictures.add(entry) : pictures.add(entry, list);
                if (place == details.size()) {
                    details.add(new Picture(path, image, objects.get(image.id())));
                }
            }
        }

        private void addCategories(Path path, List<CocoFile.Category> categories) throws DataException {
            for (CocoFile.Category category : categories.stream()
                    .sorted(Comparator.comparingLong(CocoFile.Category::id))
                    .toList()) {
                String where = path + ": category " + category.id();
                if (category.name() == null) {
                    throw new DataException(Kind.BAD_ANNOTATION, where, "it has no name");
                }
                String known = names.putIfAbsent(category.id(), category.name());
                if (known == null) {
                    classes.add(category.name());
                } else if (!known.equals(category.name())) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION, where, "it is named " + category.name() + " and " + known);
                }
            }
        }

        private static Path find(Path root, Path json, String list, CocoFile.Image image) throws DataException {
            String where = json + ": image " + image.id();
            if (image.file_name() == null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "it has no file_name");
            }
            String stem = FolderFiles.stem(json.getFileName().toString()).replaceFirst("^instances_?", "");
            List<Path> folders = List.of(
                    json.getParent(),
                    root.resolve(stem),
                    root.resolve(list),
                    root.resolve("images").resolve(stem),
                    root.resolve("images").resolve(list),
                    root.resolve("images"),
                    root);
            for (Path folder : folders) {
                Path path = FolderFiles.inside(root, folder, image.file_name(), where);
                if (Files.isRegularFile(path)) {
                    return path;
                }
            }
            return FolderFiles.inside(root, root.resolve("images"), image.file_name(), where);
        }

        @Override
        public EntryList pictures() {
            return pictures;
        }

        @Override
        public List<String> classes() {
            return List.copyOf(classes);
        }

        @Override
        public boolean needsPicture() {
            return true;
        }

        @Override
        public Labels labels(int entry, ImageHeader picture) throws DataException {
            Picture detail = details.get(entry);
            CocoFile.Image image = detail.image;
            int width = picture.uprightWidth();
            int height = picture.uprightHeight();
            if (image.width() > 0 && image.height() > 0 && (image.width() != width || image.height() != height)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        detail.file + ": image " + image.id(),
                        "it says " + image.width() + " x " + image.height() + ", the picture is " + width + " x "
                                + height);
            }
            List<Box> boxes = new ArrayList<>();
            for (CocoFile.Annotation object : detail.objects) {
                String where = detail.file + ": annotation " + object.id();
                rules.apply(box(object, where), width, height, where).ifPresent(boxes::add);
            }
            return new Labels.Boxes(boxes);
        }

        private PixelBox box(CocoFile.Annotation object, String where) throws DataException {
            String name = names.get(object.category_id());
            if (name == null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "there is no category " + object.category_id());
            }
            double[] edges = new double[4];
            for (int i = 0; i < edges.length; i++) {
                if (object.bbox() == null
                        || object.bbox().size() != edges.length
                        || !object.bbox().get(i).isNumber()) {
                    throw new DataException(Kind.BAD_ANNOTATION, where, "bbox is not four numbers");
                }
                edges[i] = object.bbox().get(i).asDouble();
            }
            return new PixelBox(
                    name,
                    edges[0],
                    edges[1],
                    edges[0] + edges[2],
                    edges[1] + edges[3],
                    object.difficult() == 1,
                    false,
                    object.iscrowd() == 1);
        }

        @Override
        public List<String> classNames(int entry) {
            return details.get(entry).objects.stream()
                    .map(object -> names.get(object.category_id()))
                    .filter(Objects::nonNull)
                    .toList();
        }
    }
}
