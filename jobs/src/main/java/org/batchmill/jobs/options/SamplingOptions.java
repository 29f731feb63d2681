package org.batchmill.jobs.options;

/** Which samples are drawn how often. Not thread-safe while it is being filled in. */
public final class SamplingOptions implements OptionGroup {

    @JobOption(
            value = "Draw equally often from all classes, or from the bins of a histogram of steering angles: classes,"
                    + " steering or steering:BINS (21).",
            label = "B")
    public Balancing balance;

    @JobOption(value = "With --balance: no sample comes more often than this in an epoch.", label = "X")
    @Within(atLeast = 1)
    public double maxRepeat = 5;

    @JobOption(value = "The part of trainer K, from 1, of N: their parts share no sample.", label = "K/N")
    public Shard shard;
}
