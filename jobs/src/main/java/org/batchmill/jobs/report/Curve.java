package org.batchmill.jobs.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.batchmill.train.monitor.MetricsRow;

/**
 * A line of a chart over steps.
 *
 * @param steps ascending
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Curve(String name, double[] steps, double[] values) {

    /** Of rows that have the value: one that is not finite was not measured. */
    static Curve of(String name, List<MetricsRow> rows, ToDoubleFunction<MetricsRow> value) {
        List<MetricsRow> measured = rows.stream()
                .filter(row -> Double.isFinite(value.applyAsDouble(row)))
                .toList();
        return new Curve(
                name,
                measured.stream().mapToDouble(MetricsRow::step).toArray(),
                measured.stream().mapToDouble(value).toArray());
    }
}
