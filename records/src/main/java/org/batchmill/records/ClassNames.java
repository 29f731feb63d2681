package org.batchmill.records;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order of classes that nobody has given an order: by number where all are numbers, else by name. */
public final class ClassNames {

    private ClassNames() {}

    /** The names, each once, in that order. */
    public static List<String> inOrder(Collection<String> names) {
        boolean numbers = names.stream().allMatch(name -> name.matches("\\d{1,9}"));
        Comparator<String> order = numbers ? Comparator.comparingInt(Integer::parseInt) : Comparator.naturalOrder();
        return names.stream().distinct().sorted(order).toList();
    }
}
