package org.batchmill.records.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.InputFile;

/**
 * A folder of annotations in PASCAL VOC's XML and the folder of their images, which may be the same.
 *
 * @param annotations holds the XML files
 * @param images      holds the images, below it too unless it is the same
 * @param list        the list that they are; empty for none
 */
record VocFolders(Path annotations, Path images, String list) {

    static final String XML = ".xml";

    private static final List<String> ANNOTATIONS =
            List.of("annotations", "annotation", "annots", "annot", "xmls", "xml", "labels", "label");
    private static final List<String> IMAGES = List.of("jpegimages", "images", "image", "imgs", "img", "pngimages");

    /** Where an annotation says that it is one: at its beginning, behind a declaration and comments. */
    private static final int BEGINNING = 4096;

    /** Whether a folder is named as one of all images is, rather than as a class. */
    static boolean isNamedAsImages(Path folder) {
        return IMAGES.contains(folder.getFileName().toString().toLowerCase(Locale.ROOT));
    }

    boolean isOne() {
        return annotations.equals(images);
    }

    /**
     * The folders of a data set: a pair of the usual names, or, for each of its parts ({@code train}), such a pair or one folder with
     * both, or one folder of XML beside one folder of images whatever they are called. Empty if it is no data set of this kind.
     */
    static List<VocFolders> find(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<VocFolders> whole = in(root, "");
        if (!whole.isEmpty()) {
            return whole;
        }
        List<VocFolders> parts = new ArrayList<>();
        List<Path> folders = FolderFiles.foldersIn(root);
        for (Path folder : folders) {
            parts.addAll(in(folder, SplitNames.isSplit(folder) ? SplitNames.list(folder) : ""));
        }
        return parts.isEmpty() ? pairOfAnyNames(folders) : parts;
    }

    private static List<VocFolders> in(Path folder, String list) throws IOException {
        List<Path> folders = FolderFiles.foldersIn(folder, VocFolders::isUsual);
        for (String name : ANNOTATIONS) {
            for (Path annotations : named(folders, name)) {
                if (!hasAnnotations(FolderFiles.filesBelow(annotations, XML))) {
                    continue;
                }
                for (String other : IMAGES) {
                    for (Path images : named(folders, other)) {
                        return List.of(new VocFolders(annotations, images, list));
                    }
                }
            }
        }
        return FolderFiles.hasImages(folder) && hasAnnotations(FolderFiles.filesIn(folder, XML))
                ? List.of(new VocFolders(folder, folder, list))
                : List.of();
    }

    private static boolean isUsual(String folder) {
        String name = folder.toLowerCase(Locale.ROOT);
        return ANNOTATIONS.contains(name) || IMAGES.contains(name);
    }

    private static List<Path> named(List<Path> folders, String name) {
        return folders.stream()
                .filter(folder ->
                        folder.getFileName().toString().toLowerCase(Locale.ROOT).equals(name))
                .toList();
    }

    private static List<VocFolders> pairOfAnyNames(List<Path> folders) throws IOException {
        List<Path> annotations = new ArrayList<>();
        List<Path> images = new ArrayList<>();
        for (Path folder : folders) {
            if (hasAnnotations(FolderFiles.filesIn(folder, XML))) {
                annotations.add(folder);
            } else if (FolderFiles.hasImages(folder)) {
                images.add(folder);
            }
        }
        return annotations.size() == 1 && images.size() == 1
                ? List.of(new VocFolders(annotations.get(0), images.get(0), ""))
                : List.of();
    }

    /** Whether the first of some XML files is an annotation; other XML lies beside images too. */
    private static boolean hasAnnotations(List<Path> files) throws IOException {
        if (files.isEmpty()) {
            return false;
        }
        try (InputStream in = InputFile.stream(files.get(0))) {
            // Latin-1 takes any byte; the zeros of UTF-16 are left out.
            String beginning = new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1).replace("\0", "");
            return beginning.contains("<annotation") || !beginning.contains("<");
        }
    }
}
