package org.batchmill.jobs.topic;

import java.time.Duration;
import java.util.ArrayDeque;

/** How fast something is used up, over the last seconds. Used by one thread at a time. */
final class ConsumptionRate {

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private record Reading(long nanos, long count) {}

    private final ArrayDeque<Reading> readings = new ArrayDeque<>();

    /**
     * Notes a count.
     *
     * @param nanos by {@link System#nanoTime()}
     */
    void add(long count, long nanos) {
        readings.add(new Reading(nanos, count));
        while (readings.size() > 2 && nanos - readings.element().nanos() > WINDOW_NANOS) {
            readings.remove();
        }
    }

    /** 0 before there are two readings. */
    double perSecond() {
        if (readings.size() < 2) {
            return 0;
        }
        Reading first = readings.getFirst();
        Reading last = readings.getLast();
        return (last.count() - first.count()) * 1e9 / Math.max(1, last.nanos() - first.nanos());
    }
}
