package org.batchmill.train.engine;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.optimize.Optimizer;

/**
 * Changes some values of a {@link ProgramSpec}; see there for what they mean. How it learns is of no effect on one that only predicts. Not
 * thread-safe.
 */
public final class ProgramSpecBuilder {

    private final ProgramSpec start;
    private int batchSize;
    private Loss loss;
    private Optimizer optimizer;
    private float l1;
    private float l2;
    private float clipValue;
    private float clipNorm;
    private final List<ProgramSpec.RateMultiplier> rates;
    private boolean keepZeros;
    private ProgramSpec.DataFormat dataFormat;
    private ProgramSpec.Precision precision;
    private int threads;
    private String device;
    private MemoryLimit gpuMemory;
    private long seed;
    private boolean syncBatchNorm;

    ProgramSpecBuilder(ProgramSpec start) {
        this.start = start;
        this.batchSize = start.batchSize();
        this.seed = start.seed();
        this.rates = new ArrayList<>();
        ProgramSpec.Execution execution = start.execution();
        this.dataFormat = execution.dataFormat();
        this.precision = execution.precision();
        this.threads = execution.threads();
        this.device = execution.device();
        this.gpuMemory = execution.gpuMemory();
        if (start.training()) {
            ProgramSpec.Learning learning = start.learning();
            this.loss = learning.loss();
            this.optimizer = learning.optimizer();
            this.l1 = learning.decay().l1();
            this.l2 = learning.decay().l2();
            this.clipValue = learning.clipping().value();
            this.clipNorm = learning.clipping().norm();
            this.rates.addAll(learning.rates());
            this.keepZeros = learning.keepZeros();
            this.syncBatchNorm = learning.syncBatchNorm();
        }
    }

    public ProgramSpecBuilder batchSize(int rows) {
        this.batchSize = rows;
        return this;
    }

    public ProgramSpecBuilder loss(Loss its) {
        this.loss = its;
        return this;
    }

    public ProgramSpecBuilder optimizer(Optimizer its) {
        this.optimizer = its;
        return this;
    }

    public ProgramSpecBuilder l1(float coefficient) {
        this.l1 = coefficient;
        return this;
    }

    public ProgramSpecBuilder l2(float coefficient) {
        this.l2 = coefficient;
        return this;
    }

    public ProgramSpecBuilder clipValue(float limit) {
        this.clipValue = limit;
        return this;
    }

    public ProgramSpecBuilder clipNorm(float limit) {
        this.clipNorm = limit;
        return this;
    }

    /** Adds a multiplier behind those there are: the first that matches wins. */
    public ProgramSpecBuilder rate(String layerPattern, float multiplier) {
        rates.add(new ProgramSpec.RateMultiplier(layerPattern, multiplier));
        return this;
    }

    /** The layers of this pattern do not learn. */
    public ProgramSpecBuilder freeze(String layerPattern) {
        rates.add(0, new ProgramSpec.RateMultiplier(layerPattern, 0));
        return this;
    }

    public ProgramSpecBuilder keepZeros(boolean wanted) {
        this.keepZeros = wanted;
        return this;
    }

    public ProgramSpecBuilder dataFormat(ProgramSpec.DataFormat format) {
        this.dataFormat = format;
        return this;
    }

    public ProgramSpecBuilder precision(ProgramSpec.Precision its) {
        this.precision = its;
        return this;
    }

    public ProgramSpecBuilder threads(int count) {
        this.threads = count;
        return this;
    }

    public ProgramSpecBuilder device(String name) {
        this.device = name;
        return this;
    }

    /** @param limit null for none */
    public ProgramSpecBuilder gpuMemory(MemoryLimit limit) {
        this.gpuMemory = limit;
        return this;
    }

    public ProgramSpecBuilder seed(long value) {
        this.seed = value;
        return this;
    }

    /** Batch norms go by the rows of all ranks of a gang. */
    public ProgramSpecBuilder syncBatchNorm(boolean wanted) {
        this.syncBatchNorm = wanted;
        return this;
    }

    public ProgramSpec build() {
        return new ProgramSpec(
                start.network(),
                start.inputFormat(),
                batchSize,
                start.training() ? learning() : null,
                new ProgramSpec.Execution(dataFormat, precision, threads, device, gpuMemory),
                seed);
    }

    private ProgramSpec.Learning learning() {
        return new ProgramSpec.Learning(
                loss,
                optimizer,
                new ProgramSpec.Decay(l1, l2),
                new ProgramSpec.Clipping(clipValue, clipNorm),
                rates,
                keepZeros,
                syncBatchNorm);
    }
}
