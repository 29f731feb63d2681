package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.TextFile;

/**
 * Finds the images of a data set of YOLO's, and the lists that they are in. Paths are taken within the data set's folder: those of
 * the machine that made it mean nothing here, so leading parts are taken away until something is there.
 */
final class YoloLists {

    /** Folders that are a list: {@code train}, {@code valid}, {@code val2017}. */
    private static final Pattern LIST =
            Pattern.compile("(train|training|val|valid|validation|test|testing)(20\\d\\d)?");

    private final Path root;
    private final EntryList entries = new EntryList();
    private final List<String> notices = new ArrayList<>();

    YoloLists(Path root) {
        this.root = root;
    }

    EntryList entries() {
        return entries;
    }

    /** What a user should hear of. */
    List<String> notices() {
        return notices;
    }

    /** Adds the images of a list that a description names. */
    void addList(Path description, String where, String list) throws IOException {
        Path place = locate(root, root, where);
        if (place == null) {
            if (list.equals("test")) {
                return; // many data sets name a list of tests that they do not come with
            }
            throw new DataException(
                    Kind.MISSING,
                    description + ": " + list,
                    "there is nothing at " + where + " in " + root
                            + (YoloDescription.isYaml(description)
                                    ? "; where path: leads out of the folder, name the file itself as the data"
                                    : ""));
        }
        if (Files.isDirectory(place)) {
            for (Path image : FolderFiles.imagesBelow(place)) {
                entries.add(FolderFiles.entry(root, image), list);
            }
            FolderFiles.foreignBelow(List.of(place)).ifPresent(notices::add);
            return;
        }
        addFile(place, list);
    }

    /** Adds the images that a file names, a line each. */
    void addFile(Path file, String list) throws IOException {
        Map<Path, String> lines = new HashMap<>();
        int twice = 0;
        int number = 0;
        for (String line : TextFile.lines(file)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            String place = file + ": line " + number;
            Path image = locate(root, file.toAbsolutePath().getParent(), line);
            if (image == null) {
                image = FolderFiles.inside(root, root, FolderFiles.withoutLeading(forward(line), "./"), place);
            }
            String other = lines.putIfAbsent(image, line);
            if (other != null && !other.equals(line)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, place, line + " and " + other + " are both found at " + image);
            }
            twice += other == null ? 0 : 1;
            entries.add(FolderFiles.entry(root, image), list);
        }
        if (twice > 0) {
            notices.add(file + ": " + twice + " lines name an image again, which is taken once");
        }
    }

    private static String forward(String name) {
        return name.strip().replace('\\', '/');
    }

    /**
     * What a name means: a path from the folder of the file that it stands in, or from the data set's, with leading parts taken away
     * until something is there; null if nothing is.
     */
    static Path locate(Path root, Path folder, String name) {
        String rest = forward(name);
        boolean near = rest.startsWith("./");
        rest = FolderFiles.withoutLeading(rest, "./", "../")
                .replaceFirst("^[A-Za-z]:", "")
                .replaceFirst("^/+", "");
        if (rest.length() > FolderFiles.LONGEST_NAME) {
            return null;
        }
        try {
            if (near) {
                Path place = FolderFiles.within(root, root, folder.resolve(rest));
                if (place != null && Files.exists(place)) {
                    return place;
                }
            }
            for (int parts = 0; !rest.isEmpty() && parts < FolderFiles.MOST_PARTS; parts++) {
                Path place = FolderFiles.within(root, root, root.resolve(rest));
                if (place != null && !place.equals(root) && Files.exists(place)) {
                    return place;
                }
                int slash = rest.indexOf('/');
                rest = slash < 0 ? "" : rest.substring(slash + 1).replaceFirst("^/+", "");
            }
        } catch (InvalidPathException e) {
            return null;
        }
        return null;
    }

    /**
     * Adds all images of a folder that nothing describes. {@code images/LIST/} and {@code LIST/images/} are lists, and so are folders
     * called so with text files beside the images.
     */
    void addFolders() throws IOException {
        Path images = FolderFiles.folder(root, "images");
        Path top = images != null ? images : root;
        FolderFiles.foreignBelow(List.of(top)).ifPresent(notices::add);
        for (Path image : FolderFiles.imagesBelow(top)) {
            String below = FolderFiles.slashed(top.relativize(image));
            String folder = below.contains("/") ? below.substring(0, below.indexOf('/')) : "";
            Entry entry = FolderFiles.entry(root, image);
            if (LIST.matcher(folder.toLowerCase(Locale.ROOT)).matches()) {
                entries.add(entry, folder.toLowerCase(Locale.ROOT));
            } else {
                entries.add(entry);
            }
        }
    }
}
