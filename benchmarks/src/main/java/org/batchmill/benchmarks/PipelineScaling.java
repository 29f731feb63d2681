package org.batchmill.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;

/**
 * What more workers than cores cost: the same elements through pipelines of 2, 4, 8 and 16 workers, in turns. A machine with as many
 * cores is not simulated; what workers lose to each other is, since with few cores each waits for the lock while another holds it.
 *
 * <p>Arguments: rounds (7).
 */
public final class PipelineScaling {

    private static final int[] WORKERS = {2, 4, 8, 16};

    private PipelineScaling() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        List<Column> columns = new ArrayList<>();
        columns.add(Column.number("2 workers, us an element", 2));
        for (int i = 1; i < WORKERS.length; i++) {
            columns.add(Column.number(WORKERS[i] + " workers, speed to 2", 3));
        }
        try (ResultTable table = ResultTable.of(PipelineScaling.class, args, columns.toArray(Column[]::new))) {
            for (int steps : new int[] {2_000, 20_000, 200_000, 1_000_000}) {
                table.row(measure(steps, rounds));
            }
        }
    }

    private static Object[] measure(int steps, int rounds) throws InterruptedException {
        int elements = Arithmetic.elements(steps);
        double[][] nanos = new double[WORKERS.length][rounds];
        for (int round = -2; round < rounds; round++) { // two to warm up
            for (int i = 0; i < WORKERS.length; i++) {
                long from = System.nanoTime();
                Arithmetic.pipeline(WORKERS[i], elements, steps);
                if (round >= 0) {
                    nanos[i][round] = System.nanoTime() - from;
                }
            }
        }
        List<Object> row = new ArrayList<>();
        row.add(Median.of(nanos[0]) / 1e3 / elements);
        for (int i = 1; i < WORKERS.length; i++) {
            double[] ratios = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratios[round] = nanos[0][round] / nanos[i][round];
            }
            row.add(Median.of(ratios));
        }
        return row.toArray();
    }
}
