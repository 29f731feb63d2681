package org.batchmill.records.annotations;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.SampleId;

/** Collects the images of a data set, each once, and the lists that they are in. */
final class EntryList {

    private final List<Entry> entries = new ArrayList<>();
    private final Map<SampleId, Integer> places = new HashMap<>();
    private final Map<String, List<Integer>> lists = new TreeMap<>();

    /** Adds an image if it is not there yet; returns its place. */
    int add(Entry entry) {
        Integer known = places.putIfAbsent(entry.id(), entries.size());
        if (known != null) {
            return known;
        }
        entries.add(entry);
        return entries.size() - 1;
    }

    /** Adds an image, to a list too. */
    int add(Entry entry, String list) {
        int place = add(entry);
        List<Integer> members = lists.computeIfAbsent(list, name -> new ArrayList<>());
        if (members.isEmpty() || members.get(members.size() - 1) != place) {
            members.add(place);
        }
        return place;
    }

    List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** The lists by name, as places in {@link #entries()}. */
    Map<String, List<Integer>> lists() {
        return Collections.unmodifiableMap(lists);
    }
}
