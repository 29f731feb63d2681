package org.batchmill.engine.nd4j.plan;

import org.batchmill.engine.nd4j.memory.Floats;

/** One row of an activation, read and written in the canonical order channels, height, width. */
public record Row(Placement placement, int number) {

    /** What is done with a row. */
    public interface Work {
        void run(Row row);
    }

    /** All rows, on the threads of a step. */
    public static void each(Placement placement, Step state, Work work) {
        state.workers().run(placement.rows(), row -> work.run(new Row(placement, row)));
    }

    public float[] read(Floats values) {
        float[] row = new float[placement.rowSize()];
        values.read(number * row.length, row, row.length);
        return placement.toCanonical(row);
    }

    public void write(Floats values, float[] row) {
        values.write(number * row.length, placement.fromCanonical(row), row.length);
    }

    /** The row of this number of another activation. */
    public Row of(Placement other) {
        return new Row(other, number);
    }

    /** A whole activation in canonical order. */
    public static float[] all(Placement placement, Floats values) {
        if (placement.canonical()) {
            return values.copy();
        }
        float[] all = new float[placement.size()];
        for (int row = 0; row < placement.rows(); row++) {
            System.arraycopy(
                    new Row(placement, row).read(values), 0, all, row * placement.rowSize(), placement.rowSize());
        }
        return all;
    }
}
