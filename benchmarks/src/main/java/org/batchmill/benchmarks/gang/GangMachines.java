package org.batchmill.benchmarks.gang;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.ResultTable;

/**
 * What a step of {@link GangSteps} would take on more machines: a calculation. To the pass and the update, as they were measured here, comes
 * a sum in which each rank sends {@code 2 (n - 1) / n} of the gradients at the network's full speed; that a message takes a while to arrive is
 * left out. It is checked on the ranks of this machine, for which the speed is that of another sum, of 16 MiB.
 */
final class GangMachines {

    private static final int[] MACHINES = {2, 4, 8, 16};

    /** Of networks, in bytes a millisecond: 1, 10 and 100 Gbit/s. */
    private static final double[] SPEEDS = {125e3, 1.25e6, 12.5e6};

    private static final double GIGABIT = 125e3;

    private GangMachines() {}

    /** Bytes that each rank sends in a sum. */
    static double sent(int ranks, long bytes) {
        return 2.0 * (ranks - 1) / ranks * bytes;
    }

    static void write(String[] args, int ranks, Map<String, GangSteps.Times> measured) throws IOException {
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("calculated ms of a step; model, batch a rank"),
                Column.number("ranks here, measured", 1),
                Column.number("ranks here", 1)));
        for (int machines : MACHINES) {
            for (double speed : SPEEDS) {
                columns.add(Column.number(machines + " at " + Math.round(speed / GIGABIT) + " Gbit/s", 1));
            }
        }
        try (ResultTable table = ResultTable.of(GangMachines.class, args, columns.toArray(Column[]::new))) {
            measured.forEach((words, times) -> table.row(row(words, ranks, times)));
        }
    }

    private static Object[] row(String words, int ranks, GangSteps.Times times) {
        double own = times.pass() + times.update();
        List<Object> row =
                new ArrayList<>(List.of(words, times.step(), own + sent(ranks, times.bytes()) / times.speed()));
        for (int machines : MACHINES) {
            for (double speed : SPEEDS) {
                row.add(own + sent(machines, times.bytes()) / speed);
            }
        }
        return row.toArray();
    }
}
