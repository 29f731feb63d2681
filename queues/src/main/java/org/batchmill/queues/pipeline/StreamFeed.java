package org.batchmill.queues.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws from a stream that is cut into windows, each shuffled in itself. While one window is drawn from, the next is read, an
 * element a draw, so that no draw waits for a whole window. A window of one keeps the order of the stream and reads nothing
 * ahead.
 *
 * <p>The state of a draw is the stream's position before its window and the number of draws in it: a restored feed reads the window
 * again and leaves out those draws. A window of one has nothing to read again: its state is the position behind it.
 */
final class StreamFeed<T> implements Feed<T> {

    private final StreamSource<T> stream;
    private final int size;
    private final String part;
    private final long seed;
    private final long epochs;
    private final FeedPosition begin;
    private Window<T> current;
    private Window<T> following;
    private long drawn;
    /** Where the stream stood behind the element before, if that one was bad. */
    private String positionOfFailure;

    /** A stretch of the stream, in the order in which it came. */
    private static final class Window<T> {
        final long epoch;
        final long number;
        final String position;
        final List<Arrival<T>> elements = new ArrayList<>();
        boolean complete;
        boolean lastOfEpoch;
        KeyedPermutation permutation;

        Window(long epoch, long number, String position) {
            this.epoch = epoch;
            this.number = number;
            this.position = position;
        }
    }

    private record Arrival<T>(T element, Exception failure) {}

    /**
     * @param size of a window
     * @param part which part of a whole the stream is, in words; may be empty
     */
    StreamFeed(StreamSource<T> stream, int size, String part, long seed, long epochs, FeedPosition begin)
            throws Exception {
        this.stream = stream;
        this.size = size;
        this.part = part;
        this.seed = seed;
        this.epochs = epochs;
        if (begin.equals(FeedPosition.BEGIN)) {
            String origin = stream.position();
            this.begin = new FeedPosition(0, 0, 0, origin, origin);
        } else {
            this.begin = begin;
            stream.seek(begin.position());
        }
        this.following = new Window<>(this.begin.epoch(), this.begin.window(), this.begin.position());
        this.drawn = this.begin.offset();
    }

    @Override
    public <D> Ticket<T, D> take(long sequence) throws Exception {
        if (current == null && !advance(drawn)) {
            return null;
        }
        while (drawn >= current.elements.size()) {
            if (!advance(0)) {
                return null;
            }
        }
        if (size > 1 && !following.complete && following.epoch < epochs) {
            readOne(following);
        }
        int slot = (int) (size == 1 ? drawn : current.permutation.apply(drawn));
        drawn++;
        Arrival<T> arrival = current.elements.set(slot, null);
        Ticket<T, D> ticket = new Ticket<>(
                new Draw(seed, current.epoch, sequence),
                "element " + slot + " behind position \"" + current.position + "\" of the stream",
                -1,
                behind());
        ticket.element = arrival.element();
        ticket.failure = arrival.failure();
        return ticket;
    }

    private FeedPosition behind() {
        return size == 1
                ? new FeedPosition(current.epoch, 0, following.number, following.position, begin.origin())
                : new FeedPosition(current.epoch, drawn, current.number, current.position, begin.origin());
    }

    /** Completes the next window and makes it the current one; false at the end of all epochs. */
    private boolean advance(long drawnAlready) throws Exception {
        if (following.epoch >= epochs) {
            return false;
        }
        while (!following.complete) {
            readOne(following);
        }
        current = following;
        drawn = drawnAlready;
        if (!current.elements.isEmpty()) {
            current.permutation =
                    WindowSampling.permutation(seed, current.epoch, current.number, current.elements.size());
        } else if (current.number == 0) {
            throw new IllegalStateException("the stream has no element behind position \"" + current.position + "\"");
        }
        if (current.lastOfEpoch) {
            following = new Window<>(current.epoch + 1, 0, begin.origin());
            if (following.epoch < epochs) {
                stream.seek(begin.origin());
            }
        } else {
            following = new Window<>(current.epoch, current.number + 1, stream.position());
        }
        return true;
    }

    private void readOne(Window<T> window) throws Exception {
        T element = null;
        Exception failure = null;
        try {
            element = stream.next();
            positionOfFailure = null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            String at = stream.position();
            if (at.equals(positionOfFailure)) {
                throw e; // the stream did not get past it: it would fail for ever
            }
            positionOfFailure = at;
            failure = e;
        }
        if (element == null && failure == null) {
            window.lastOfEpoch = true;
            window.complete = true;
            return;
        }
        window.elements.add(new Arrival<>(element, failure));
        window.complete = window.elements.size() == size;
    }

    @Override
    public T read(long index) {
        throw new IllegalStateException("elements of a stream are read when they are drawn");
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public String order() {
        return (size == 1 ? "stream" : "stream window:" + size) + part;
    }

    @Override
    public FeedPosition begin() {
        return begin;
    }
}
