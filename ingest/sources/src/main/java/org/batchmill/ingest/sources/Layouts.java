package org.batchmill.ingest.sources;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.annotations.AnnotationFormat;
import org.batchmill.records.annotations.DataSetFile;

/** The table of layouts: where {@link Sources} looks up how data is opened. */
final class Layouts {

    /** In the order in which they are tried. */
    private static final List<Layout> ALL = List.of(
            new FolderLayout(DataFormat.VOC, AnnotationFormat.VOC),
            new FolderLayout(DataFormat.COCO, AnnotationFormat.COCO),
            new FolderLayout(DataFormat.YOLO, AnnotationFormat.YOLO),
            new FolderLayout(DataFormat.UDACITY, AnnotationFormat.UDACITY),
            new DigitsLayout(),
            // Any file may be one of records, so tables come before.
            new TableLayout(),
            new RecordsLayout(),
            new VideoLayout(),
            // Any folder of folders with images looks like classes, so it comes last.
            new FolderLayout(DataFormat.CLASSES, AnnotationFormat.CLASSES));

    /** {@code JPEGImages}, {@code images/train}. */
    private static final int MOST_LEVELS = 2;

    /** Folders, and files, in a folder that are looked into for a data set. */
    private static final int MOST_FOLDERS = 16;

    private Layouts() {}

    /**
     * What a user should hear of a folder that looks like several layouts of annotations: which one was taken, and the option that takes
     * another. Any folder of images may look like classes, which is no doubt.
     *
     * @param taken the first that fits, so that those before it need not be asked again
     */
    static List<String> doubts(DataLocation place, Layout taken) throws IOException {
        List<String> others = new ArrayList<>();
        for (Layout layout : ALL.subList(ALL.indexOf(taken) + 1, ALL.size())) {
            if (taken instanceof FolderLayout
                    && layout instanceof FolderLayout
                    && layout.format() != DataFormat.CLASSES
                    && layout.fits(place)) {
                others.add(layout.format().word());
            }
        }
        return others.isEmpty()
                ? List.of()
                : List.of("it is read as " + taken.format().word() + " and looks like " + String.join(" and ", others)
                        + " too: --format " + others.get(0) + " reads it so");
    }

    /** The layout of that format, or for {@link DataFormat#AUTO} the first that fits. */
    static Layout of(DataLocation place, DataFormat format) throws IOException {
        for (Layout layout : ALL) {
            // The folder of a file that stands for a data set may hold anything beside it.
            boolean fits = layout instanceof FolderLayout || place.named() == null;
            if (format == DataFormat.AUTO ? fits && layout.fits(place) : layout.format() == format) {
                return layout;
            }
        }
        throw new DataException(
                Kind.MISSING, place.text(), "no labels of a known layout (" + words() + ")" + hint(place));
    }

    private static String hint(DataLocation place) {
        String in = in(place);
        String below = in.isEmpty() ? below(place) : in;
        return below.isEmpty() ? above(place) : below;
    }

    /** The file in the folder that stands for a data set. */
    private static String in(DataLocation place) {
        if (!place.isFolder() || place.named() != null) {
            return "";
        }
        try {
            for (Path file : place.filesAt().stream().limit(MOST_FOLDERS).toList()) {
                if (DataSetFile.of(file).isPresent()) {
                    return "; " + file + " has some: name that";
                }
            }
        } catch (IOException e) {
            return ""; // a folder that is not for this user
        }
        return "";
    }

    /** The data set that lies in a folder of the folder, as what is unpacked often does. */
    private static String below(DataLocation place) {
        if (!place.isFolder() || place.named() != null) {
            return "";
        }
        try (Stream<Path> list = Files.list(place.path())) {
            List<Path> folders = list.filter(path -> Files.isDirectory(path) && !DataLocation.isHidden(path))
                    .sorted()
                    .limit(MOST_FOLDERS)
                    .toList();
            for (Path folder : folders) {
                DataLocation inside = DataLocation.find(folder.toString());
                for (Layout layout : ALL) {
                    if (layout.fits(inside)) {
                        return "; " + folder + " has some (" + layout.format().word() + "): name that";
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return ""; // a folder that is not for this user
        }
        return "";
    }

    private static String words() {
        return Arrays.stream(DataFormat.values())
                .filter(format -> format != DataFormat.AUTO && format != DataFormat.RECORDS)
                .map(DataFormat::word)
                .collect(Collectors.joining(", "));
    }

    /** The formats that can be opened. */
    static Set<DataFormat> formats() {
        return ALL.stream().map(Layout::format).collect(Collectors.toSet());
    }

    /** The data set that a folder is a part of, as {@code images/train} is. */
    private static String above(DataLocation place) {
        Path folder = place.path().toAbsolutePath().normalize();
        try {
            for (int i = 0; i < MOST_LEVELS && folder.getParent() != null; i++) {
                folder = folder.getParent();
                for (Layout layout : ALL) {
                    if (layout instanceof FolderLayout
                            && layout.format() != DataFormat.CLASSES
                            && layout.fits(DataLocation.find(folder.toString()))) {
                        return "; " + folder + " has some (" + layout.format().word()
                                + "): name that, and --split for a list of it";
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return ""; // a folder that is not for this user
        }
        return "";
    }
}
