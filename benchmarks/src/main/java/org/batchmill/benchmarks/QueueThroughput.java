package org.batchmill.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.queues.BoundedQueue;
import org.batchmill.queues.FifoQueue;
import org.batchmill.queues.ShuffleQueue;

/**
 * Batchmill's queues beside {@link ArrayBlockingQueue}, fair and unfair, each in turn in one run, so that a busy machine slows all
 * alike. An operation is one element put in and taken out. Prints the median of the rounds in millions of operations a second and
 * the ratio to the fair one, as rows of the table in docs/queues.md.
 *
 * <p>Arguments: seconds a measurement (0.5), rounds (7), capacity (1024).
 */
public final class QueueThroughput {

    /** The two calls that are compared. */
    private interface Subject {
        void put(Integer element) throws InterruptedException;

        Integer take() throws InterruptedException;
    }

    private QueueThroughput() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 0.5;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        int capacity = args.length > 2 ? Integer.parseInt(args[2]) : 1024;
        Map<String, double[]> single = measure(1, seconds, rounds, capacity);
        Map<String, double[]> four = measure(4, seconds, rounds, capacity);
        try (ResultTable table = ResultTable.of(
                QueueThroughput.class,
                args,
                Column.text("queue, capacity " + capacity),
                Column.number("1+1 M/s", 3),
                Column.number("to fair", 2),
                Column.number("4+4 M/s", 3),
                Column.number("4+4 to fair", 2))) {
            for (String name : single.keySet()) {
                table.row(
                        name,
                        Median.of(single.get(name)),
                        Median.of(single.get(name)) / Median.of(single.get(FAIR)),
                        Median.of(four.get(name)),
                        Median.of(four.get(name)) / Median.of(four.get(FAIR)));
            }
        }
    }

    private static final String FAIR = "ArrayBlockingQueue(n, true)";

    private static Map<String, Subject> subjects(int capacity) {
        Map<String, Subject> subjects = new LinkedHashMap<>();
        subjects.put(FAIR, blocking(new ArrayBlockingQueue<>(capacity, true)));
        subjects.put("ArrayBlockingQueue(n)", blocking(new ArrayBlockingQueue<>(capacity)));
        subjects.put("FifoQueue", ours(new FifoQueue<>("fifo", capacity)));
        subjects.put("ShuffleQueue, min n/2", ours(new ShuffleQueue<>("shuffle", capacity, capacity / 2, 1)));
        return subjects;
    }

    private static Subject blocking(ArrayBlockingQueue<Integer> queue) {
        return new Subject() {
            @Override
            public void put(Integer element) throws InterruptedException {
                queue.put(element);
            }

            @Override
            public Integer take() throws InterruptedException {
                return queue.take();
            }
        };
    }

    private static Subject ours(BoundedQueue<Integer> queue) {
        return new Subject() {
            @Override
            public void put(Integer element) throws InterruptedException {
                queue.enqueue(element);
            }

            @Override
            public Integer take() throws InterruptedException {
                return queue.dequeue();
            }
        };
    }

    private static Map<String, double[]> measure(int threads, double seconds, int rounds, int capacity)
            throws InterruptedException {
        Map<String, double[]> rates = new LinkedHashMap<>();
        for (int round = -2; round < rounds; round++) { // two to warm up
            for (Map.Entry<String, Subject> subject : subjects(capacity).entrySet()) {
                double rate = rate(subject.getValue(), threads, seconds);
                if (round >= 0) {
                    rates.computeIfAbsent(subject.getKey(), name -> new double[rounds])[round] = rate;
                }
            }
        }
        return rates;
    }

    /** Millions of elements a second through a queue with so many producers and as many consumers. */
    private static double rate(Subject subject, int threads, double seconds) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        long[] taken = new long[threads];
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            workers.add(new Thread(() -> untilInterrupted(go, () -> subject.put(number))));
            workers.add(new Thread(() -> {
                long[] count = new long[1];
                untilInterrupted(go, () -> {
                    subject.take();
                    count[0]++;
                });
                taken[number] = count[0];
            }));
        }
        workers.forEach(Thread::start);
        long from = System.nanoTime();
        go.countDown();
        Thread.sleep((long) (seconds * 1000));
        workers.forEach(Thread::interrupt);
        long to = System.nanoTime();
        for (Thread worker : workers) {
            worker.join();
        }
        return Arrays.stream(taken).sum() * 1e3 / (to - from);
    }

    /** A piece of work that may be interrupted. */
    private interface Work {
        void run() throws InterruptedException;
    }

    private static void untilInterrupted(CountDownLatch go, Work work) {
        try {
            go.await();
            while (!Thread.currentThread().isInterrupted()) {
                work.run();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
