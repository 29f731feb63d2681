package org.batchmill.records.annotations;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Which image belongs to which annotation, by their paths without the suffix. Those of the same path come first; of what is left over,
 * those whose names differ in case or in how letters are composed, then those of the same name where one kind of file lies in folders
 * and the other does not. Only names that a single file of each kind has are paired.
 */
record Pairing(Collection<String> images, Collection<String> annotations) {

    /** The annotation of each image that has one. */
    Map<String, String> pairs() {
        Map<String, String> pairs = new HashMap<>();
        Set<String> free = new HashSet<>(annotations);
        for (String image : images) {
            if (free.remove(image)) {
                pairs.put(image, image);
            }
        }
        pair(Names::spelling, free, pairs);
        pair(name -> Names.spelling(last(name)), free, pairs);
        return pairs;
    }

    private void pair(UnaryOperator<String> key, Set<String> free, Map<String, String> pairs) {
        if (free.isEmpty()) {
            return;
        }
        Map<String, String> byKey = lonely(free, key);
        Set<String> alone = new HashSet<>(images);
        alone.removeAll(pairs.keySet());
        lonely(alone, key).forEach((same, image) -> {
            String annotation = byKey.get(same);
            boolean folders = annotation != null && image.contains("/") && annotation.contains("/");
            if (annotation != null && !(folders && !Names.spelling(image).equals(Names.spelling(annotation)))) {
                pairs.put(image, annotation);
                free.remove(annotation);
            }
        });
    }

    /** Those that no other has the key of. */
    private static Map<String, String> lonely(Collection<String> names, UnaryOperator<String> key) {
        Map<String, String> lonely = new HashMap<>();
        names.forEach(name -> lonely.merge(key.apply(name), name, (one, other) -> ""));
        lonely.values().removeIf(String::isEmpty);
        return lonely;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Names that may be looked up in another spelling. */
    static final class Names {

        private final Set<String> exact;
        private final Map<String, String> bySpelling;

        Names(Collection<String> names) {
            exact = Set.copyOf(names);
            bySpelling = lonely(names, Names::spelling);
        }

        /** The name as it is, in another case or with letters composed another way; null if there is none, or several. */
        String find(String name) {
            return exact.contains(name) ? name : bySpelling.get(spelling(name));
        }

        static String spelling(String name) {
            return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        }
    }
}
