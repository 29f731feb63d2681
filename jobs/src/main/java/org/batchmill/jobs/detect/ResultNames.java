package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchmill.records.storage.Overwriting;

/**
 * Where the drawing of each input goes: the same path below the output folder with the drawing's suffix, {@code a/b.png} for {@code
 * a/b.jpg}. Where inputs differ in their suffix or in the case of letters alone they keep their suffixes too, {@code b.jpg.png}, and
 * get a number if that does not tell them apart: no result is written over another, on no file system. Safe for use by many threads.
 */
final class ResultNames {

    private final Map<Path, Path> targets = new LinkedHashMap<>();

    /** Folders that are there: to ask a store for each drawing takes its time. */
    private final Set<Path> made = ConcurrentHashMap.newKeySet();

    /**
     * @param root   of the inputs
     * @param suffix of the drawings, with its dot
     * @throws org.batchmill.records.UsageException if a drawing would be written over an input
     */
    ResultNames(Path root, List<Path> inputs, Path out, String suffix) throws IOException {
        Map<String, Integer> stems = new HashMap<>();
        for (Path input : inputs) {
            stems.merge(key(stem(below(root, input)) + suffix), 1, Integer::sum);
        }
        Set<String> taken = new HashSet<>();
        for (Path input : inputs) {
            String plain = stem(below(root, input)) + suffix;
            if (stems.get(key(plain)) == 1) {
                taken.add(key(plain));
                targets.put(input, out.resolve(plain));
            }
        }
        for (Path input : inputs) {
            String whole = below(root, input);
            for (int number = 1; !targets.containsKey(input); number++) {
                String name = whole + (number == 1 ? "" : "-" + number) + suffix;
                if (taken.add(key(name))) {
                    targets.put(input, out.resolve(name));
                }
            }
        }
        Overwriting.refuse(targets.values(), inputs);
    }

    /** All of them. */
    Collection<Path> targets() {
        return targets.values();
    }

    Path of(Path input) throws IOException {
        Path target = targets.get(input);
        Path folder = target.toAbsolutePath().getParent();
        if (!made.contains(folder)) {
            Files.createDirectories(folder);
            made.add(folder);
        }
        return target;
    }

    private static String below(Path root, Path input) {
        return root.toAbsolutePath()
                .normalize()
                .relativize(input.toAbsolutePath().normalize())
                .toString();
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** File systems may take names for the same whose letters differ in case, or in how accents are put together. */
    private static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }
}
