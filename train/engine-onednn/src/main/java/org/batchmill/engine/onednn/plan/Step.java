package org.batchmill.engine.onednn.plan;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.RankStatistics;
import org.batchmill.train.host.Workers;

/** What a run of a plan needs beside its memory. One object, reused; used by one thread at a time. */
public final class Step {

    public final long seed;
    public final Workers workers;
    public StepContext context = new StepContext(0, 0, 0);
    /** The batch, while the forward pass runs. */
    public ByteBuffer input;

    public int rows;
    public int totalRows;
    /** [rows][targetSize] */
    public float[] targets;
    /** [rows][outputSize], exactly so long, as losses want them. */
    public float[] outputs = {};

    float[] outputGradient = {};
    public double loss;
    /** How synchronized batch norms hear of other ranks' rows; null where none do. */
    public RankStatistics ranks;
    /** Hears from where on the block of gradients is final; null for nobody. */
    public LongConsumer finalFrom;
    /** Counts the changes of parameters: what is derived from them is made anew when it has moved on. */
    public long parametersVersion = 1;

    /** Makes room for the outputs of so many rows. */
    public void rows(int its, int outputSize) {
        rows = its;
        if (outputs.length != its * outputSize) {
            outputs = new float[its * outputSize];
            outputGradient = new float[its * outputSize];
        }
    }

    public Step(long seed, Workers workers) {
        this.seed = seed;
        this.workers = workers;
    }
}
