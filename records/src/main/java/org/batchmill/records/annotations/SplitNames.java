package org.batchmill.records.annotations;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** How people name the folders of the lists that a data set divides itself into. */
final class SplitNames {

    private static final Pattern SPLIT = Pattern.compile(
            "(train|training|val|valid|validation|dev|test|testing|eval)([-_ ]?(set|data|images))?(\\d{4})?");

    private SplitNames() {}

    /** Whether a folder is named as the one of a list. */
    static boolean isSplit(Path folder) {
        return SPLIT.matcher(list(folder)).matches();
    }

    /** The name of the list whose folder it is. */
    static String list(Path folder) {
        return folder.getFileName().toString().toLowerCase(Locale.ROOT);
    }
}
