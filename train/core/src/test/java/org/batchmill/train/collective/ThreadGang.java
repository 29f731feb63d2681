package org.batchmill.train.collective;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.batchmill.train.engine.NativeFloats;

/** A gang whose ranks are threads of this process: what is tested of gangs without natives and without a network. */
public final class ThreadGang {

    /** For deadlocks only. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    private final int size;
    private final Object[] given;
    private final boolean[] left;
    private Object[] complete;
    private int arrived;
    private long round;
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, String> board = new ConcurrentHashMap<>();

    private record Message(int from, int to, int tag, FloatBuffer values) {}

    private ThreadGang(int size) {
        this.size = size;
        this.given = new Object[size];
        this.left = new boolean[size];
    }

    /** What a rank does. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Collective collective) throws Exception;
    }

    /** The collectives of a gang, by rank. */
    public static List<Collective> of(int size) {
        ThreadGang gang = new ThreadGang(size);
        List<Collective> ranks = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            ranks.add(gang.new Rank(rank));
        }
        return ranks;
    }

    /** Runs the same on all ranks, each a thread; returns what each gave or threw, by rank. */
    public static <T> List<Callable<T>> run(int size, Work<T> work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Collective collective : of(size)) {
                futures.add(threads.submit(() -> {
                    try (collective) {
                        return work.on(collective);
                    }
                }));
            }
            List<Callable<T>> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(result(future));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> Callable<T> result(Future<T> future) throws InterruptedException {
        try {
            T value = future.get();
            return () -> value;
        } catch (ExecutionException e) {
            return () -> {
                if (e.getCause() instanceof Exception its) {
                    throw its;
                }
                throw e;
            };
        }
    }

    /** {@link #run}, of which every rank must succeed. */
    public static <T> List<T> runAll(int size, Work<T> work) throws Exception {
        List<T> values = new ArrayList<>();
        for (Callable<T> result : run(size, work)) {
            values.add(result.call());
        }
        return values;
    }

    /** Waits until all ranks gave something; returns that, by rank. */
    private synchronized Object[] exchange(int rank, Object mine, Duration deadline) {
        given[rank] = mine;
        arrived++;
        long own = round;
        if (arrived == size) {
            complete = given.clone();
            arrived = 0;
            round++;
            notifyAll();
            return complete;
        }
        long end = System.nanoTime() + deadline.toNanos();
        while (round == own) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            for (int other = 0; other < size; other++) {
                if (left[other]) {
                    throw new LostRankException("rank " + other + " has left the gang");
                }
            }
            if (millis <= 0) {
                throw new LostRankException("only " + arrived + " of " + size + " ranks came within " + deadline);
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LostRankException("interrupted", e);
            }
        }
        return complete;
    }

    private synchronized void send(Message message) {
        if (left[message.to]) {
            throw new LostRankException("rank " + message.to + " has left the gang");
        }
        messages.add(message);
        notifyAll();
    }

    private synchronized Message receive(int to, int from, int tag, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            for (Message message : messages) {
                if (message.to == to && message.tag == tag && (from == Collective.ANY || from == message.from)) {
                    messages.remove(message);
                    return message;
                }
            }
            long millis = (end - System.nanoTime()) / 1_000_000;
            for (int other = 0; other < size; other++) {
                if (left[other] && (from == Collective.ANY || from == other)) {
                    throw new LostRankException("rank " + other + " has left the gang");
                }
            }
            if (millis <= 0) {
                throw new LostRankException("nothing came within " + deadline);
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LostRankException("interrupted", e);
            }
        }
    }

    private synchronized void leave(int rank) {
        left[rank] = true;
        notifyAll();
    }

    private final class Rank implements Collective {
        private final int rank;

        Rank(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void sum(NativeFloats values, Duration deadline) {
            FloatBuffer mine = values.requireHost();
            Object[] all = exchange(rank, copy(values), deadline);
            for (int i = 0; i < mine.capacity(); i++) {
                float sum = 0;
                for (Object its : all) {
                    sum += ((float[]) its)[i];
                }
                mine.put(i, sum);
            }
        }

        @Override
        public void broadcast(NativeFloats values, int root, Duration deadline) {
            values.requireHost().put((float[]) exchange(rank, copy(values), deadline)[root]);
        }

        private float[] copy(NativeFloats values) {
            float[] copy = new float[(int) values.count()];
            values.requireHost().get(copy);
            return copy;
        }

        @Override
        public void send(NativeFloats values, int to, int tag, Duration deadline) {
            ThreadGang.this.send(new Message(rank, to, tag, FloatBuffer.wrap(copy(values))));
        }

        @Override
        public int receive(NativeFloats values, int from, int tag, Duration deadline) {
            Message message = ThreadGang.this.receive(rank, from, tag, deadline);
            values.requireHost().put(message.values);
            return message.from;
        }

        @Override
        public List<String> gather(String text, Duration deadline) {
            return Arrays.stream(exchange(rank, text, deadline))
                    .map(String.class::cast)
                    .toList();
        }

        @Override
        public void barrier(Duration deadline) {
            exchange(rank, "", deadline);
        }

        @Override
        public void post(String name, String text) {
            board.put(name, text);
        }

        @Override
        public String posted(String name) {
            return board.get(name);
        }

        @Override
        public void forget(String name) {
            board.remove(name);
        }

        @Override
        public void close() {
            leave(rank);
        }
    }
}
