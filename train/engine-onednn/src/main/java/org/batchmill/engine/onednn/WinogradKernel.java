package org.batchmill.engine.onednn;

import static org.batchmill.engine.onednn.Winograd.SIDE;
import static org.batchmill.engine.onednn.Winograd.TAPS;

import java.nio.FloatBuffer;

/** Maps 3x3 kernels, [3][3][matrix], by {@link Winograd#kernel} along both axes to [36][matrix]. */
final class WinogradKernel implements HostOperation.Work {

    /** Floats of a run: those of all taps fit into the first-level cache. */
    static final int RUN = 512;

    private final int size;
    private final boolean turned;
    private final boolean onlyForNewParameters;
    private final TileMemory[] memory;
    private long doneForVersion;

    /**
     * @param size   floats of a matrix
     * @param turned whether the kernels are turned round by half a turn, as the backward pass wants them
     * @param onlyForNewParameters see {@link PrimitiveOperation}
     */
    WinogradKernel(Compilation compilation, int size, boolean turned, boolean onlyForNewParameters) {
        this.size = size;
        this.turned = turned;
        this.onlyForNewParameters = onlyForNewParameters;
        this.memory = compilation.tileMemory(RUN);
    }

    @Override
    public void run(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        if (onlyForNewParameters && doneForVersion == step.parametersVersion) {
            return;
        }
        step.workers.run((size + RUN - 1) / RUN, (part, worker) -> map(in[0], out[0], part * RUN, memory[worker]));
        doneForVersion = step.parametersVersion;
    }

    private void map(FloatBuffer kernels, FloatBuffer to, int first, TileMemory its) {
        int count = Math.min(RUN, size - first);
        for (int row = 0; row < TAPS; row++) {
            for (int column = 0; column < TAPS; column++) {
                int tap = row * TAPS + column;
                kernels.get((turned ? TAPS * TAPS - 1 - tap : tap) * size + first, its.places[column], 0, count);
            }
            Winograd.kernel(its.places, its.across(row), count);
        }
        for (int column = 0; column < SIDE; column++) {
            Winograd.kernel(its.halves[column], its.results, count);
            for (int row = 0; row < SIDE; row++) {
                to.put((row * SIDE + column) * size + first, its.results[row], 0, count);
            }
        }
    }
}
