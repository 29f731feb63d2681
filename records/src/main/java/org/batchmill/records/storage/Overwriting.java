package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;

/** Keeps a result from being written over what it is made from. Stateless. */
public final class Overwriting {

    private Overwriting() {}

    /**
     * Refuses a file to be written that is an input, under whatever name: another spelling, a link, a second name of the same file.
     *
     * @param inputs files or folders; null stands for none
     * @throws UsageException if it is one of them
     */
    public static void refuse(Path out, Path... inputs) throws IOException {
        refuse(List.of(out), Arrays.asList(inputs));
    }

    /** As {@link #refuse(Path, Path...)}, in a time that grows with the number of files to be written and of inputs, not with their product. */
    public static void refuse(Collection<Path> outs, Collection<Path> inputs) throws IOException {
        List<Path> there = outs.stream().filter(Files::exists).toList();
        if (there.isEmpty()) {
            return;
        }
        Map<Object, Path> files = new HashMap<>();
        for (Path input : inputs) {
            if (input != null && Files.exists(input)) {
                files.putIfAbsent(identity(input), input);
            }
        }
        for (Path out : there) {
            Path input = files.get(identity(out));
            if (input != null) {
                throw new UsageException(out + ": would be written over the input " + input + "; name another file");
            }
        }
    }

    /** What all names of a file share; systems without numbers of files tell them apart by their paths. */
    private static Object identity(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }
}
