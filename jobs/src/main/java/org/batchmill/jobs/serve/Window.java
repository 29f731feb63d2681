package org.batchmill.jobs.serve;

import java.util.TreeMap;
import java.util.function.LongPredicate;

/** The batches that are made and that somebody still needs, in order. Guarded by the {@link ServedStream}. */
final class Window {

    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    /** How many batches the ring has room for. */
    final int slots;
    /** The number of the batch that is made next. */
    private long next;
    /** The pipeline's state before that one. */
    private String state;

    /** Why no batch follows; null while one may. */
    private String failure;

    Window(int slots) {
        this.slots = slots;
    }

    /** Nothing is made yet. */
    void begin(long number, String from) {
        next = number;
        state = from;
        failure = null;
    }

    void add(Entry entry) {
        entries.put(entry.number(), entry);
        next = entry.number() + 1;
        state = entry.after();
    }

    void fail(String why) {
        failure = why;
    }

    String failure() {
        return failure;
    }

    boolean hasRoom() {
        return entries.size() < slots;
    }

    /** Null if it is not made yet, or not needed any more. */
    Entry at(long number) {
        return entries.get(number);
    }

    /** In order. */
    Iterable<Entry> entries() {
        return entries.values();
    }

    /** The number of the first batch that can still be had. */
    long oldest() {
        return entries.isEmpty() ? next : entries.firstKey();
    }

    /** The number of the batch that is made next. */
    long next() {
        return next;
    }

    /** The pipeline's state before a batch that can still be had, or is made next. */
    String stateBefore(long number) {
        Entry entry = entries.get(number);
        return entry == null ? state : entry.before();
    }

    /** Gives the memory of those back that are not needed. */
    void release(LongPredicate needed) {
        entries.values().removeIf(entry -> {
            boolean done = !needed.test(entry.number());
            if (done) {
                entry.batch().close();
            }
            return done;
        });
    }
}
