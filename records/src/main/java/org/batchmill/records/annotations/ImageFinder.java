package org.batchmill.records.annotations;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.records.DataException;

/**
 * Finds the images that label files name. Names come from other machines: with backslashes, as absolute paths, with letters composed
 * another way (a Mac's), in another case, or encoded as in a URL. What is written counts first; only where nothing is there are other
 * spellings tried, and one counts only if a single image has it. Used by one thread at a time.
 */
final class ImageFinder {

    private final Path root;
    private Map<String, List<Path>> bySpelling;

    /** @param root the data set's folder, which no name may lead out of */
    ImageFinder(Path root) {
        this.root = root;
    }

    /**
     * An image.
     *
     * @param folders where it may be, in this order; the last one is where it should be if it is nowhere
     * @param where   the place of the name, for errors
     * @return a path in the data set's folder, at which there may be nothing
     * @throws DataException if the name is none, or leads out of the data set's folder
     */
    Path find(List<Path> folders, String name, String where) throws IOException {
        if (name.length() > FolderFiles.LONGEST_NAME) {
            throw FolderFiles.tooLong(name, where);
        }
        String forward = name.strip().replace('\\', '/');
        for (String spelling : List.of(name, forward)) {
            for (Path folder : folders) {
                Path path = within(folder, spelling, where);
                if (path != null && Files.isRegularFile(path)) {
                    return path;
                }
            }
        }
        boolean absolute = forward.matches("(?s)(/|[A-Za-z]:|[a-z]+://).*");
        for (String rest : absolute ? tails(forward) : List.of(forward)) {
            for (String spelling : List.of(rest, decoded(rest))) {
                Path path = respelled(folders, spelling, where);
                if (path != null) {
                    return path;
                }
            }
        }
        String last = absolute ? forward.substring(forward.lastIndexOf('/') + 1) : forward;
        return FolderFiles.inside(root, folders.get(folders.size() - 1), last, where);
    }

    /** Null where the folder's place in the data set does not allow the name; another folder's may. */
    private Path within(Path folder, String name, String where) {
        try {
            return FolderFiles.inside(root, folder, name, where);
        } catch (DataException e) {
            return null;
        }
    }

    private Path respelled(List<Path> folders, String name, String where) throws IOException {
        for (Path folder : folders) {
            Path path = within(folder, name, where);
            List<Path> found = path == null ? List.of() : spellings().getOrDefault(spelling(path), List.of());
            if (found.size() == 1) {
                return found.get(0);
            }
        }
        return null;
    }

    private Map<String, List<Path>> spellings() throws IOException {
        if (bySpelling == null) {
            bySpelling = new HashMap<>();
            for (Path image : FolderFiles.imagesBelow(root)) {
                bySpelling
                        .computeIfAbsent(spelling(image), key -> new ArrayList<>(1))
                        .add(image);
            }
        }
        return bySpelling;
    }

    private String spelling(Path image) {
        String name = FolderFiles.slashed(root.normalize().relativize(image.normalize()));
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** A path without its first part, its first two, and so on. */
    private static List<String> tails(String path) {
        List<String> tails = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (slash + 1 < path.length() && tails.size() < FolderFiles.MOST_PARTS) {
                tails.add(path.substring(slash + 1));
            }
        }
        return tails;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name; // a percent sign of the name itself
        }
    }
}
