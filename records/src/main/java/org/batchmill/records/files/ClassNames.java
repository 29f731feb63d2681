package org.batchmill.records.files;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order of classes that nobody has given an order: by number where all are numbers, else by name. */
final class ClassNames {

    private ClassNames() {}

    static List<String> inOrder(Collection<String> names) {
        boolean numbers = names.stream().allMatch(name -> name.matches("\\d{1,9}"));
        Comparator<String> order = numbers ? Comparator.comparingInt(Integer::parseInt) : Comparator.naturalOrder();
        return names.stream().sorted(order).toList();
    }
}
