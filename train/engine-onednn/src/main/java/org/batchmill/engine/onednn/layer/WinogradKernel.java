package org.batchmill.engine.onednn.layer;

import static org.batchmill.engine.onednn.winograd.Winograd.SIDE;
import static org.batchmill.engine.onednn.winograd.Winograd.TAPS;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.HostOperation;
import org.batchmill.engine.onednn.plan.Step;
import org.batchmill.engine.onednn.winograd.KernelLayout;
import org.batchmill.engine.onednn.winograd.TileMemory;
import org.batchmill.engine.onednn.winograd.Winograd;

/** Transforms kernels by {@link Winograd#kernel} along both axes: to [36][cell inputs][outputs], or on the way back [36][outputs][cell inputs]. */
final class WinogradKernel implements HostOperation.Work {

    /** Floats of a run, about: those of all taps fit into the first-level cache. */
    private static final int RUN = 512;

    private final KernelLayout layout;
    private final boolean back;
    /** A matrix of the kernels, row by row. */
    private final int rows;

    private final int columns;
    private final int rowsOfRun;
    private final int runs;
    private final TileMemory[] memory;

    /**
     * @param back                 whether the kernels are turned round by half a turn and their matrices transposed, as the backward pass
     *     wants them; the matrices come transposed
     */
    WinogradKernel(Compilation compilation, KernelLayout layout, boolean back) {
        this.layout = layout;
        this.back = back;
        this.rows = back ? layout.outputs() : layout.inputs();
        this.columns = back ? layout.inputs() : layout.outputs();
        this.rowsOfRun = Math.max(1, RUN / columns);
        this.runs = (rows + rowsOfRun - 1) / rowsOfRun;
        this.memory = compilation.tileMemory(rowsOfRun * columns);
    }

    @Override
    public void run(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        step.workers.run(
                runs * layout.pixels(),
                (part, worker) -> transform(in[0], out[0], part / runs, part % runs * rowsOfRun, memory[worker]));
    }

    /** Transforms some rows of the matrices of a cell's pixel. */
    private void transform(FloatBuffer kernels, FloatBuffer to, int pixel, int first, TileMemory its) {
        int count = Math.min(rowsOfRun, rows - first);
        int run = count * columns;
        for (int row = 0; row < TAPS; row++) {
            for (int column = 0; column < TAPS; column++) {
                int tap = back ? layout.tap(TAPS - 1 - row, TAPS - 1 - column, pixel) : layout.tap(row, column, pixel);
                if (tap == KernelLayout.NONE) {
                    Arrays.fill(its.positions[column], 0, run, 0);
                } else {
                    kernels.get(tap * layout.matrix() + first * columns, its.positions[column], 0, run);
                }
            }
            Winograd.kernel(its.positions, its.across(row), run);
        }
        for (int column = 0; column < SIDE; column++) {
            Winograd.kernel(its.halves[column], its.results, run);
            for (int row = 0; row < SIDE; row++) {
                write(its.results[row], to, row * SIDE + column, pixel, first, count);
            }
        }
    }

    private void write(float[] values, FloatBuffer to, int position, int pixel, int first, int count) {
        int start = position * layout.stride();
        if (!back || layout.pixels() == 1) {
            to.put(start + pixel * layout.matrix() + first * columns, values, 0, count * columns);
            return;
        }
        // A row holds the inputs of all of a cell's pixels.
        for (int row = 0; row < count; row++) {
            int at = start + (first + row) * layout.cellInputs() + pixel * columns;
            to.put(at, values, row * columns, columns);
        }
    }
}
