package org.batchmill.records;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is said of files that are passed over, since they are of kinds that are not read. Stateless. */
public final class ForeignFiles {

    private ForeignFiles() {}

    /**
     * A notice that names the first; empty if there are none.
     *
     * @param one  what is to be said of a single one, as {@code a video is in a container that is not read}
     * @param many the same of several, whose number stands before it: {@code videos are in containers that are not read}
     */
    public static Optional<String> notice(List<Path> files, String one, String many) {
        return switch (files.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(one + ", and is left out: " + files.get(0));
            default -> Optional.of(files.size() + " " + many + ", and are left out: " + files.get(0) + " and others");
        };
    }
}
