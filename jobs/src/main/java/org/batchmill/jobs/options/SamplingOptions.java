package org.batchmill.jobs.options;

/** Which samples are drawn how often. Not thread-safe while it is being filled in. */
public final class SamplingOptions {

    private String balance;
    private double maxRepeat = 5;
    private String shard;

    /** What is drawn equally often: {@code classes}, or {@code steering[:BINS]} for the bins of a histogram; null for nothing. */
    public String balance() {
        return balance;
    }

    public SamplingOptions balance(String value) {
        balance = value;
        return this;
    }

    /** With a balance: no sample is drawn more often than this in an epoch. */
    public double maxRepeat() {
        return maxRepeat;
    }

    public SamplingOptions maxRepeat(double value) {
        maxRepeat = value;
        return this;
    }

    /** {@code K/N}: the part of trainer K, from 1, of N; null for all samples. */
    public String shard() {
        return shard;
    }

    public SamplingOptions shard(String value) {
        shard = value;
        return this;
    }
}
