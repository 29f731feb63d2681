package org.batchmill.records.annotations;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * The classes of one or more COCO files. A number means what its own file says; the same name is the same class in all of them. Used by
 * one thread at a time.
 */
final class CocoClasses {

    /** The categories of one file, by number, and which of them have objects. */
    private record Table(Path path, Map<Object, CocoFile.Category> byId, Set<Object> used) {}

    private final List<Table> tables = new ArrayList<>();

    /**
     * Adds the categories of a file.
     *
     * @return their names by number
     * @throws DataException if one number has two names, or two numbers that both have objects have the same one
     */
    Map<Object, String> add(Path path, CocoFile file) throws DataException {
        Map<Object, CocoFile.Category> byId = new LinkedHashMap<>();
        Map<Object, String> names = new LinkedHashMap<>();
        for (CocoFile.Category category : file.categories()) {
            CocoFile.Category other = byId.putIfAbsent(category.id(), category);
            String where = path + ": category " + category.id();
            if (category.id() == null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "\"" + category.name() + "\" has no number");
            }
            if (category.name() == null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "it has no name");
            }
            if (other != null && !category.name().equals(other.name())) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, where, "it is named " + category.name() + " and " + other.name());
            }
            names.put(category.id(), category.name());
        }
        Set<Object> used = new HashSet<>();
        for (CocoFile.Annotation object : file.annotations()) {
            used.add(object.category());
        }
        refuseSharedNames(path, names, used);
        tables.add(new Table(path, byId, used));
        return names;
    }

    private static void refuseSharedNames(Path path, Map<Object, String> names, Set<Object> used) throws DataException {
        Map<String, Object> usedByName = new LinkedHashMap<>();
        for (Map.Entry<Object, String> each : names.entrySet()) {
            Object other = used.contains(each.getKey()) ? usedByName.put(each.getValue(), each.getKey()) : null;
            if (other != null) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        path.toString(),
                        "the categories " + other + " and " + each.getKey() + " are both named " + each.getValue()
                                + ", and both have objects");
            }
        }
    }

    /**
     * The names in the order of their numbers, each once. A category without objects that is merely what others belong to, as the root
     * is that Roboflow writes, is none of them.
     */
    List<String> names() {
        Set<String> usedNames = new HashSet<>();
        Set<String> parents = new HashSet<>();
        List<CocoFile.Category> all = new ArrayList<>();
        for (Table table : tables) {
            for (CocoFile.Category category : table.byId.values()) {
                all.add(category);
                parents.add(category.supercategory());
                if (table.used.contains(category.id())) {
                    usedNames.add(category.name());
                }
            }
        }
        Set<String> names = new LinkedHashSet<>();
        all.stream()
                .sorted(Comparator.comparing(CocoFile.Category::id, CocoClasses::compareIds))
                .filter(category -> usedNames.contains(category.name()) || !isRoot(category, parents))
                .forEach(category -> names.add(category.name()));
        return List.copyOf(names);
    }

    private static boolean isRoot(CocoFile.Category category, Set<String> parents) {
        String parent = category.supercategory();
        return parents.contains(category.name()) && (parent.isEmpty() || parent.equals("none"));
    }

    /** Numbers before texts. */
    private static int compareIds(Object a, Object b) {
        if (a instanceof Number && b instanceof Number) {
            return new java.math.BigInteger(a.toString()).compareTo(new java.math.BigInteger(b.toString()));
        }
        return a instanceof Number ? -1 : b instanceof Number ? 1 : a.toString().compareTo(b.toString());
    }

    /** What a user should know about how the categories were read. */
    List<String> notices() {
        List<String> notices = new ArrayList<>();
        List<String> names = names();
        Set<String> left = new LinkedHashSet<>();
        Set<String> merged = new LinkedHashSet<>();
        Map<Object, String> numbers = new LinkedHashMap<>();
        Set<Object> differing = new LinkedHashSet<>();
        for (Table table : tables) {
            Set<String> seen = new HashSet<>();
            for (CocoFile.Category category : table.byId.values()) {
                if (!names.contains(category.name())) {
                    left.add(category.name());
                } else if (!seen.add(category.name())) {
                    merged.add(category.name());
                }
                String other = numbers.putIfAbsent(category.id(), category.name());
                if (other != null && !other.equals(category.name())) {
                    differing.add(category.id());
                }
            }
        }
        if (!left.isEmpty()) {
            notices.add("categories that have no objects and are what others belong to are no classes: "
                    + String.join(", ", left));
        }
        if (!merged.isEmpty()) {
            notices.add("categories of the same name, only one of which has objects, are one class: "
                    + String.join(", ", merged));
        }
        if (!differing.isEmpty()) {
            notices.add("the files number their categories differently, names count: category "
                    + differing.stream().map(Object::toString).collect(Collectors.joining(", ")));
        }
        return notices;
    }
}
