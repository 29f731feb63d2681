package org.batchmill.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;

/**
 * What the pipeline itself costs: elements whose decoding is a fixed piece of arithmetic go through a pipeline, and the same
 * arithmetic runs in a bare loop on as many threads, in turns. Prints the processor time of an element in both, which other
 * programs on the machine hardly change, the ratio of these, and the ratio of the speeds by the clock, which they do change.
 *
 * <p>Arguments: threads (2), rounds (7).
 */
public final class PipelineOverhead {

    private PipelineOverhead() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        try (ResultTable table = ResultTable.of(
                PipelineOverhead.class,
                args,
                Column.number("bare loop, us an element", 2),
                Column.number("pipeline, us an element", 2),
                Column.number("ratio by processor", 3),
                Column.number("ratio by clock", 3))) {
            for (int steps : new int[] {2_000, 20_000, 200_000, 1_000_000}) {
                measure(steps, threads, rounds, table);
            }
        }
    }

    private static void measure(int steps, int threads, int rounds, ResultTable table) throws InterruptedException {
        int elements = Arithmetic.elements(steps);
        double[] byProcessor = new double[rounds];
        double[] byClock = new double[rounds];
        double[] bare = new double[rounds];
        double[] piped = new double[rounds];
        for (int round = -2; round < rounds; round++) { // two to warm up
            Cost loop = cost(() -> bareLoop(threads, elements, steps));
            Cost pipeline = cost(() -> Arithmetic.pipeline(threads, elements, steps));
            if (round >= 0) {
                bare[round] = loop.processorNanos / 1e3 / elements;
                piped[round] = pipeline.processorNanos / 1e3 / elements;
                byProcessor[round] = loop.processorNanos / pipeline.processorNanos;
                byClock[round] = loop.clockNanos / pipeline.clockNanos;
            }
        }
        table.row(Median.of(bare), Median.of(piped), Median.of(byProcessor), Median.of(byClock));
    }

    /** What a run took, by the clock and summed over the threads of this process. */
    private record Cost(double clockNanos, double processorNanos) {}

    /** A run that may be interrupted. */
    private interface Run {
        void run() throws InterruptedException;
    }

    private static Cost cost(Run run) throws InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processor = system.getProcessCpuTime();
        long clock = System.nanoTime();
        run.run();
        return new Cost(System.nanoTime() - clock, system.getProcessCpuTime() - processor);
    }

    private static void bareLoop(int threads, int elements, int steps) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        long[] sink = new long[threads * 16];
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int slot = t * 16;
            workers.add(new Thread(() -> {
                for (int i = next.getAndIncrement(); i < elements; i = next.getAndIncrement()) {
                    sink[slot] += Arithmetic.work(i, steps);
                }
            }));
        }
        workers.forEach(Thread::start);
        for (Thread worker : workers) {
            worker.join();
        }
    }
}
