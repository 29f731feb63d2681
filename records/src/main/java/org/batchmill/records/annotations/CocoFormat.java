package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * COCO: {@code annotations/instances_train2017.json} with images in {@code train2017/}, JSON files in the data set's folder, or {@code
 * train/_annotations.coco.json} beside its images. Each file is a list named after it ({@code train}), unless it is the only one in
 * the data set's folder. Classes are in the order of their numbers.
 */
final class CocoFormat implements FolderFormat {

    private static final String JSON = ".json";
    private static final String BESIDE = "_annotations.coco.json";

    /** A folder with more JSON files has one an image, which is another format. */
    private static final int MOST_FILES = 8;

    @Override
    public boolean fits(Path root) throws IOException {
        return !files(root).isEmpty();
    }

    /** The JSON files of the data set by the name of their list; empty for the only one. */
    private static Map<Path, String> files(Path root) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        for (Path file : FolderFiles.filesIn(root.resolve("annotations"), JSON)) {
            String name = file.getFileName().toString();
            if (name.startsWith("instances")
                    || (!name.matches("(?s)(captions|person_keypoints|panoptic|stuff)_.*")
                            && CocoFile.looksLikeOne(file))) {
                files.put(file, list(file));
            }
        }
        if (!Files.isDirectory(root)) {
            return files;
        }
        for (Path folder : FolderFiles.foldersIn(root)) {
            if (Files.isRegularFile(folder.resolve(BESIDE))) {
                files.put(folder.resolve(BESIDE), SplitNames.list(folder));
            }
        }
        if (files.isEmpty()) {
            List<Path> here = cocoIn(root, Integer.MAX_VALUE);
            here.forEach(file -> files.put(file, here.size() == 1 ? "" : list(file)));
        }
        if (files.isEmpty()) {
            for (Path folder : FolderFiles.foldersIn(root)) {
                List<Path> here = cocoIn(folder, MOST_FILES);
                boolean split = here.size() == 1 && SplitNames.isSplit(folder);
                here.forEach(file -> files.put(file, split ? SplitNames.list(folder) : list(file)));
            }
        }
        return files;
    }

    private static List<Path> cocoIn(Path folder, int most) throws IOException {
        List<Path> coco = new ArrayList<>();
        List<Path> all = FolderFiles.filesIn(folder, JSON);
        for (Path file : all.size() > most ? List.<Path>of() : all) {
            if (CocoFile.looksLikeOne(file)) {
                coco.add(file);
            }
        }
        return coco;
    }

    /** The list that a file is by itself. */
    private static String listOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return file.getFileName().toString().equals(BESIDE) ? SplitNames.list(folder) : list(file);
    }

    /** {@code instances_train2017.json} is the list {@code train}. */
    private static String list(Path file) {
        return stem(file).replaceFirst("\\d{4}$", "");
    }

    private static String stem(Path file) {
        return FolderFiles.stem(file.getFileName().toString()).replaceFirst("^instances_?", "");
    }

    @Override
    public Listing list(Path root, Path named, FolderOptions options) throws IOException {
        Map<Path, String> files = named == null ? files(root) : Map.of(named, listOf(named));
        if (files.isEmpty()) {
            throw new DataException(Kind.MISSING, root.toString(), "there is no JSON file of COCO's instances kind");
        }
        CocoListing listing = new CocoListing(root, options.rules());
        boolean some = false;
        for (Map.Entry<Path, String> each : files.entrySet()) {
            CocoFile file = CocoFile.read(each.getKey());
            if (file.annotations() == null) {
                listing.notice(root.relativize(each.getKey()) + " has no annotations and is passed over");
                continue;
            }
            some = true;
            listing.add(each.getKey(), file, each.getValue(), folders(root, each.getKey(), each.getValue()));
        }
        if (!some) {
            Path first = files.keySet().iterator().next();
            throw new DataException(Kind.UNSUPPORTED, first.toString(), "the JSON has no \"annotations\"");
        }
        return listing.complete();
    }

    /** Where the images of a file may be, the likeliest first; where they should be, last. */
    private static List<Path> folders(Path root, Path json, String list) throws IOException {
        String stem = stem(json);
        Path images = root.resolve("images");
        Set<Path> folders = new LinkedHashSet<>(List.of(
                json.getParent(),
                root.resolve(stem),
                root.resolve(list),
                json.resolveSibling("images"),
                images.resolve(stem),
                images.resolve(list),
                images,
                root.resolve("data"),
                root));
        if (list.isEmpty()) {
            folders.addAll(FolderFiles.foldersIn(root));
        }
        folders.remove(images);
        folders.add(images);
        return List.copyOf(folders);
    }
}
