package org.batchmill.jobs.serve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Consumers take whole batches from one stream, each batch by one of them. What a consumer that is gone had not acknowledged goes to the next
 * that asks. An epoch ends, for all, when all of its batches are acknowledged: none is lost in it, and none comes late.
 */
final class OneStream implements Sharing {

    private final Window window;
    private final Set<Consumer> consumers = new LinkedHashSet<>();
    /** Batches that are being worked on. */
    private final Map<Long, Consumer> given = new HashMap<>();
    /** Batches from {@link #lowest} on that are done with. */
    private final TreeSet<Long> done = new TreeSet<>();
    /** All batches below are done with. */
    private long lowest;

    private long epoch;
    private Position start;
    private long startedAt;
    private boolean begun;
    /** A consumer went without a word. */
    private boolean abandoned;

    OneStream(Window window) {
        this.window = window;
    }

    @Override
    public String name() {
        return "one stream";
    }

    @Override
    public boolean inUse() {
        return !consumers.isEmpty();
    }

    /** No consumer has a place of its own: any that has a name goes on in the stream. */
    @Override
    public boolean awaits(Hello hello) {
        return begun && abandoned && hello.position() == null && hello.name() != null;
    }

    @Override
    public Consumer join(Hello hello) throws Refusal {
        int kept = consumers.stream().mapToInt(each -> each.hello.keep()).sum() + hello.keep();
        if (kept >= window.slots) {
            throw Refusal.forNow((consumers.size() + 1) + " consumers that keep " + kept + " batches need a ring of "
                    + (kept + 1) + ", the server's has " + window.slots + " (--ring)");
        }
        Position position = hello.position();
        if (start != null || begun) {
            requireSame(hello);
        } else {
            start = position == null ? Position.BEGIN : position;
            startedAt = start.batch();
            lowest = start.batch();
            epoch = start.epoch();
        }
        if (position != null) {
            // Those of a stream that was under way know different things of its last moments.
            LongStream below = LongStream.range(lowest, Math.min(position.batch(), lowest + window.slots));
            LongStream.concat(below, position.done().stream().mapToLong(number -> number))
                    .filter(number -> number >= lowest && !given.containsKey(number))
                    .forEach(done::add);
        }
        Consumer consumer = new Consumer(hello, this);
        // One that comes again has to hear of the end of its epoch, even if all others have.
        consumer.epoch = position == null ? epoch : position.epoch();
        consumers.add(consumer);
        settle();
        return consumer;
    }

    private void requireSame(Hello hello) throws Refusal {
        Position position = hello.position();
        if (position != null && !hello.again() && position.batch() != startedAt) {
            throw Refusal.forNow("the stream began at batch " + startedAt + " for the others: this state is of batch "
                    + position.batch() + ", and all must go back together");
        }
    }

    @Override
    public Position start() {
        if (begun) {
            return null;
        }
        return start;
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public Position where(Consumer consumer) {
        return begun ? position(consumer.epoch, -1) : Position.BEGIN;
    }

    @Override
    public void acknowledge(Consumer consumer, Iterable<Long> released) {
        given.entrySet().removeIf(each -> {
            boolean its = each.getValue() == consumer;
            if (its) {
                done.add(each.getKey());
            }
            return its;
        });
        released.forEach(consumer.held::remove);
        settle();
    }

    /** What is done without a gap needs no list. */
    private void settle() {
        while (lowest < window.next() && done.remove(lowest)) {
            lowest++;
        }
    }

    @Override
    public Reply next(Consumer consumer) {
        if (!begun) {
            return null;
        }
        settle();
        Entry first = firstFree();
        if (first != null && first.epoch() <= consumer.epoch) {
            given.put(first.number(), consumer);
            consumer.held.add(first.number());
            return new Reply.Given(first, 0, first.rows(), position(consumer.epoch, first.number()));
        }
        if (first != null && given.keySet().stream().allMatch(number -> isLater(number, consumer.epoch))) {
            long ended = consumer.epoch;
            consumer.epoch = first.epoch();
            epoch = Math.max(epoch, first.epoch());
            return new Reply.Ended(ended, position(consumer.epoch, -1));
        }
        return first == null && window.failure() != null ? new Reply.Failed(window.failure()) : null;
    }

    private boolean isLater(long number, long than) {
        Entry entry = window.at(number);
        return entry != null && entry.epoch() > than;
    }

    private Entry firstFree() {
        for (Entry entry : window.entries()) {
            long number = entry.number();
            if (number >= lowest && !given.containsKey(number) && !done.contains(number)) {
                return entry;
            }
        }
        return null;
    }

    /** Where the stream stands for a consumer that is done with a batch; -1 for none. */
    private Position position(long in, long with) {
        TreeSet<Long> finished = new TreeSet<>(done);
        if (with >= 0) {
            finished.add(with);
        }
        long from = lowest;
        while (from < window.next() && finished.remove(from)) {
            from++;
        }
        return new Position(in, from, window.stateBefore(from), new ArrayList<>(finished));
    }

    @Override
    public String waitsFor(Consumer consumer) {
        for (Map.Entry<Long, Consumer> each : given.entrySet()) {
            if (each.getValue() != consumer && (!window.hasRoom() || firstFree() != null)) {
                return each.getValue().hello.who() + " to be done with batch " + each.getKey();
            }
        }
        return "batch " + window.next() + " to be made";
    }

    @Override
    public void leave(Consumer consumer, boolean inOrder) {
        abandoned |= !inOrder;
        consumers.remove(consumer);
        given.values().removeIf(its -> its == consumer);
    }

    @Override
    public boolean needs(long number) {
        if (!begun || (number >= lowest && !done.contains(number))) {
            return true;
        }
        return consumers.stream().anyMatch(each -> each.held.contains(number));
    }
}
