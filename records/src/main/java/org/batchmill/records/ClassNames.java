package org.batchmill.records;

import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Names of classes: their order where nobody has given one, and what is asked of those that somebody gives. */
public final class ClassNames {

    private ClassNames() {}

    /** The names, each once, by number where all are numbers, else by name. */
    public static List<String> inOrder(Collection<String> names) {
        boolean numbers = names.stream().allMatch(name -> name.matches("\\d{1,9}"));
        Comparator<String> order = numbers ? Comparator.comparingInt(Integer::parseInt) : Comparator.naturalOrder();
        return names.stream().distinct().sorted(order).toList();
    }

    /**
     * Looks the names over that somebody gives.
     *
     * @throws OptionException if one is empty, or stands twice, so that it would have two numbers
     */
    public static void requireDistinct(Collection<String> given) {
        Set<String> before = new HashSet<>();
        for (String name : given) {
            if (name.isBlank()) {
                throw new OptionException("one of the names of {classes} is empty");
            }
            if (!before.add(name)) {
                throw new OptionException("{classes} names {} twice", name);
            }
        }
    }

    /**
     * A line for classes that are most likely one, written in several ways: they differ in case, in how letters are composed, or in what
     * parts their words ({@code traffic light}, {@code Traffic_Light}). Empty if there are none.
     */
    public static Optional<String> alike(Collection<String> names) {
        Map<String, Set<String>> bySpelling = new TreeMap<>();
        for (String name : names) {
            String spelling = Normalizer.normalize(name, Normalizer.Form.NFKC)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[\\s_-]+", " ")
                    .strip();
            bySpelling.computeIfAbsent(spelling, key -> new TreeSet<>()).add(name);
        }
        List<String> alike = bySpelling.values().stream()
                .filter(ways -> ways.size() > 1)
                .map(ways -> String.join(" and ", ways))
                .toList();
        return alike.isEmpty()
                ? Optional.empty()
                : Optional.of("classes of nearly the same name are different classes: " + String.join("; ", alike));
    }
}
