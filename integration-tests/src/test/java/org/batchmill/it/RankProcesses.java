package org.batchmill.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Which process is which rank of a gang: /proc tells what its environment says. */
public final class RankProcesses {

    private RankProcesses() {}

    /** The one that is a rank, if it lives. */
    public static Optional<ProcessHandle> find(Stream<ProcessHandle> processes, int rank) {
        return processes
                .filter(process -> environment(process).contains("\0RANK=" + rank + "\0"))
                .findFirst();
    }

    private static String environment(ProcessHandle process) {
        try {
            return "\0"
                    + Files.readString(
                            Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
