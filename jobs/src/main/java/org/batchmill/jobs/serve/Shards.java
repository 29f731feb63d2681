package org.batchmill.jobs.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.batchmill.queues.pipeline.RowShare;

/**
 * Each consumer takes its rows of every batch, so that all have as many batches. All of them have to be there before the first batch is given:
 * the one that stands furthest behind says where the batches begin. A place outlives its consumer, and holds the batches for the next one.
 */
final class Shards implements Sharing {

    private final Window window;
    private final int batchSize;
    private final List<Place> places = new ArrayList<>();
    private boolean begun;
    private Position start;

    /** Of one consumer after the other. */
    private static final class Place {
        Consumer consumer;
        String name;
        /** All batches below are done with. */
        long acknowledged;
        /** Which it is given next. */
        long next;

        long epoch;
        Position wanted;
    }

    Shards(int count, int batchSize, Window window) {
        this.window = window;
        this.batchSize = batchSize;
        for (int i = 0; i < count; i++) {
            places.add(new Place());
        }
    }

    @Override
    public String name() {
        return "shards of " + places.size();
    }

    @Override
    public boolean inUse() {
        return places.stream().anyMatch(place -> place.consumer != null);
    }

    @Override
    public boolean awaits(Hello hello) {
        Place place = places.get(hello.shard());
        return begun
                && hello.position() == null
                && hello.name() != null
                && hello.name().equals(place.name);
    }

    @Override
    public Consumer join(Hello hello) throws Refusal {
        Place place = places.get(hello.shard());
        if (place.consumer != null) {
            throw Refusal.forNow(shown(hello) + " is taken by " + place.consumer.hello.who());
        }
        if (hello.keep() >= window.slots) {
            throw Refusal.forGood("a consumer that keeps " + hello.keep() + " batches needs a ring of "
                    + (hello.keep() + 1) + ", the server's has " + window.slots + " (--ring)");
        }
        if (begun) {
            goOn(place, hello);
        } else {
            place.wanted = hello.position() == null ? Position.BEGIN : hello.position();
            requireNear(place, hello);
            place.epoch = place.wanted.epoch();
            place.acknowledged = place.wanted.batch();
        }
        place.next = place.acknowledged;
        place.name = hello.name();
        place.consumer = new Consumer(hello, this);
        place.consumer.epoch = place.epoch;
        if (!begun && places.stream().allMatch(each -> each.consumer != null)) {
            start = places.stream()
                    .map(each -> each.wanted)
                    .min(Comparator.comparingLong(Position::batch))
                    .orElseThrow();
        }
        return place.consumer;
    }

    private void goOn(Place place, Hello hello) throws Refusal {
        Position position = hello.position();
        if (position != null && position.batch() < window.oldest()) {
            throw Refusal.forNow(shown(hello) + " asks for batch " + position.batch() + ", and the others are at "
                    + window.oldest() + " or later: all must go back together");
        }
        if (position != null) {
            place.acknowledged = position.batch();
            place.epoch = position.epoch();
        } else if (hello.name() == null || !hello.name().equals(place.name)) {
            throw Refusal.forNow("the other shards are at batch " + window.oldest() + " or later: " + shown(hello)
                    + " must say where it goes on, by a state or by the name of the consumer that left it");
        }
    }

    /** Ranks that were served together are apart by no more than the ring; one that forgot its state would have the others wait for ever. */
    private void requireNear(Place place, Hello hello) throws Refusal {
        for (Place other : places) {
            if (other.consumer != null && Math.abs(other.wanted.batch() - place.wanted.batch()) > window.slots) {
                throw Refusal.forNow(shown(hello) + " begins at batch " + place.wanted.batch() + ", "
                        + shown(other.consumer.hello) + " at batch " + other.wanted.batch()
                        + ": load the same state in all of them, or in none");
            }
        }
    }

    private static String shown(Hello hello) {
        return "shard " + hello.shard() + " of " + hello.shards();
    }

    @Override
    public Position start() {
        Position once = start;
        start = null;
        return once;
    }

    @Override
    public void begin() {
        begun = true;
    }

    private Place place(Consumer consumer) {
        return places.get(consumer.hello.shard());
    }

    @Override
    public Position where(Consumer consumer) {
        Place place = place(consumer);
        return begun && place.next > 0
                ? new Position(place.epoch, place.next, window.stateBefore(place.next), List.of())
                : Position.BEGIN;
    }

    @Override
    public void acknowledge(Consumer consumer, Iterable<Long> released) {
        place(consumer).acknowledged = place(consumer).next;
        released.forEach(consumer.held::remove);
    }

    @Override
    public Reply next(Consumer consumer) {
        Place place = place(consumer);
        Entry entry = begun ? window.at(place.next) : null;
        if (entry == null) {
            return begun && window.failure() != null && place.next >= window.next()
                    ? new Reply.Failed(window.failure())
                    : null;
        }
        if (entry.epoch() > place.epoch) {
            long ended = place.epoch++;
            return new Reply.Ended(ended, new Position(place.epoch, place.next, entry.before(), List.of()));
        }
        place.next++;
        consumer.held.add(entry.number());
        RowShare rows = RowShare.of(consumer.hello.shard(), places.size(), batchSize);
        return new Reply.Given(
                entry,
                Math.min(rows.from(), entry.rows()),
                Math.min(rows.to(), entry.rows()),
                new Position(place.epoch, place.next, entry.after(), List.of()));
    }

    @Override
    public String waitsFor(Consumer consumer) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).consumer == null) {
                return "shard " + i + " of " + places.size() + " to come";
            }
        }
        if (window.hasRoom()) {
            return "batch " + window.next() + " to be made";
        }
        Place slowest = places.stream()
                .min(Comparator.comparingLong(its -> its.acknowledged))
                .orElseThrow();
        return shown(slowest.consumer.hello) + ", " + slowest.consumer.hello.who() + ", to be done with batch "
                + slowest.acknowledged;
    }

    @Override
    public void leave(Consumer consumer, boolean inOrder) {
        Place place = place(consumer);
        place.consumer = null;
        place.name = inOrder ? null : place.name;
        place.next = place.acknowledged;
        if (!begun) {
            place.wanted = null;
        }
    }

    @Override
    public boolean needs(long number) {
        if (!begun) {
            return true;
        }
        for (Place place : places) {
            if (place.acknowledged <= number || (place.consumer != null && place.consumer.held.contains(number))) {
                return true;
            }
        }
        return false;
    }
}
