package org.batchmill.records;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant by one that does not exist. */
public final class NearestName {

    private NearestName() {}

    /**
     * The known name at the least distance from what was given: letters inserted, left out, replaced, or swapped with their neighbour
     * (optimal string alignment, Boytsov 2011), without regard to case. A third of the letters may differ, one at least.
     *
     * @param known names, or forms such as {@code steps:N,F}, of which what stands before the colon is compared and given back
     */
    public static Optional<String> of(String given, Collection<String> known) {
        String word = word(given);
        return known.stream()
                .map(NearestName::word)
                .filter(name -> distance(word, name) <= Math.max(1, Math.min(word.length(), name.length()) / 3))
                .min(Comparator.comparingInt(name -> distance(word, name)));
    }

    private static String word(String form) {
        int colon = form.indexOf(':');
        return colon < 0 ? form : form.substring(0, colon);
    }

    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] twoBack = new int[b.length() + 1];
        int[] back = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] free = twoBack;
            twoBack = back;
            back = row;
            row = free;
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = back[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(back[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoBack[j - 2] + 1);
                }
            }
        }
        return row[b.length()];
    }
}
