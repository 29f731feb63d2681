package org.batchmill.jobs.input;

import java.io.IOException;
import org.batchmill.ingest.sources.kafka.TopicStream;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.SamplingOptions;
import org.batchmill.jobs.options.Shard;
import org.batchmill.queues.pipeline.PipelineBuilder;
import org.batchmill.queues.pipeline.Sampling;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * Which samples come, in which order, as the options ask for it.
 *
 * @param shuffle  how the order is drawn
 * @param sampling draws that are no plain shuffle; null for none
 * @param shard    from 0, of {@code shards}
 */
record SampleOrder(Shuffle shuffle, Sampling sampling, int shard, int shards) {

    /** A stream cannot be permuted as a whole: it is shuffled in windows of so many samples unless the user says otherwise. */
    private static final int DEFAULT_WINDOW = 4096;

    /**
     * @throws UsageException if the options contradict each other or the source
     * @throws IOException    if the labels that are to be balanced cannot be read
     */
    static SampleOrder of(SampleSource source, InputOptions options) throws IOException {
        Sampling sampling = sampling(source, options.sampling);
        Shuffle shuffle = options.shuffle;
        if (shuffle instanceof Shuffle.Permutation && sampling != null) {
            shuffle = Shuffle.none(); // the draws have a random order of their own
        } else if (source instanceof TopicStream) {
            shuffle = Shuffle.none(); // it comes shuffled, so that the order can be had again
        } else if (shuffle instanceof Shuffle.Permutation && source instanceof SampleSource.Stream) {
            shuffle = Shuffle.window(DEFAULT_WINDOW);
        }
        Shard shard = options.sampling.shard == null ? Shard.WHOLE : options.sampling.shard;
        return new SampleOrder(shuffle, sampling, shard.part() - 1, shard.of());
    }

    private static Sampling sampling(SampleSource source, SamplingOptions options) throws IOException {
        if (source instanceof MixedSamples mixed) {
            if (options.balance != null) {
                throw new OptionException("{mix} and {balance} are two ways to draw samples: take one");
            }
            return Sampling.mixture(mixed.sizes(), mixed.weights());
        }
        if (options.balance == null) {
            return null;
        }
        if (source instanceof SampleSource.Indexed indexed) {
            return Balance.of(options.balance, options.maxRepeat, indexed);
        }
        throw new OptionException("{balance} needs files: a stream comes as it comes");
    }

    void onto(PipelineBuilder<?, ?, ?> builder) {
        builder.shuffle(shuffle).shard(shard, shards);
        if (sampling != null) {
            builder.sampling(sampling);
        }
    }

    /** The samples that an epoch draws from a source of so many, in any order. */
    Sampling draws(long size) {
        Sampling whole = sampling == null ? Sampling.sequential(size) : sampling;
        return whole.shard(shard, shards);
    }
}
