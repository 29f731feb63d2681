package org.batchmill.records.annotations;

import java.util.ArrayList;
import java.util.BitSet;
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
    /** The same, to see what a list has already. */
    private final Map<String, BitSet> members = new HashMap<>();

    /** Adds an image if it is not there yet; returns its place. */
    int add(Entry entry) {
        Integer known = places.putIfAbsent(entry.id(), entries.size());
        if (known != null) {
            return known;
        }
        entries.add(entry);
        return entries.size() - 1;
    }

    /** Adds an image, to a list too, where it counts once however often it is named. */
    int add(Entry entry, String list) {
        int place = add(entry);
        BitSet known = members.computeIfAbsent(list, name -> new BitSet());
        if (!known.get(place)) {
            known.set(place);
            lists.computeIfAbsent(list, name -> new ArrayList<>()).add(place);
        }
        return place;
    }

    List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** The lists by name, as places in {@link #entries()}, in the order of the list. */
    Map<String, List<Integer>> lists() {
        return Collections.unmodifiableMap(lists);
    }
}
