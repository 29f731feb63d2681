package org.batchmill.cli;

import java.util.List;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import picocli.CommandLine.Option;

/** The options that say which samples are drawn how often. What is not given is the job's own default. */
final class SamplingMixin {

    @Option(
            names = "--mix",
            paramLabel = "WHERE=WEIGHT",
            split = ",",
            description = "Draw from another data set too, WEIGHT times as often as from --data. May be repeated.")
    List<String> mix = List.of();

    @Option(
            names = "--balance",
            paramLabel = "B",
            description = "Draw equally often from all classes, or from the bins of a histogram of steering angles:"
                    + " classes, steering or steering:BINS (21).")
    String balance;

    @Option(
            names = "--max-repeat",
            paramLabel = "X",
            description = "With --balance: no sample comes more often than this in an epoch (default 5).")
    Double maxRepeat;

    @Option(
            names = "--shard",
            paramLabel = "K/N",
            description = "The part of trainer K, from 1, of N: their parts share no sample.")
    String shard;

    void onto(DataOptions data, InputOptions input) {
        data.mix(mix);
        input.sampling().balance(balance).shard(shard);
        if (maxRepeat != null) {
            input.sampling().maxRepeat(maxRepeat);
        }
    }
}
