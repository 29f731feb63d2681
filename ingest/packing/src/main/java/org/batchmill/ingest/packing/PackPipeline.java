package org.batchmill.ingest.packing;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;

/**
 * The pipeline of a pack job:
 *
 * <pre>
 *   ranges -> share out -> check: read, decode, hash -> all together: shuffle, cut -> share out -> write shards
 * </pre>
 *
 * Neither images nor their keys travel: what passes from worker to worker is which range was checked and which shard is to be
 * written. The keys are in the journal, where a restart needs them anyway, and the writers read the bytes again, but those of {@link
 * ShardsAhead}, which the check wrote. So the runner's memory grows with neither, and which worker does what changes nothing in the shards.
 */
final class PackPipeline {

    private PackPipeline() {}

    /** @param groups the ranges that one worker checks, one after the other */
    static Pipeline build(PipelineOptions runner, PackSpec spec, List<List<SampleRange>> groups) {
        Pipeline pipeline = Pipeline.create(runner);
        KvCoder<Integer, SampleRange> keyed = KvCoder.of(VarIntCoder.of(), new SampleRangeCoder());
        List<KV<Integer, SampleRange>> grouped = new ArrayList<>();
        for (int group = 0; group < groups.size(); group++) {
            for (SampleRange range : groups.get(group)) {
                grouped.add(KV.of(group, range));
            }
        }
        pipeline.apply("Ranges", Create.of(grouped).withCoder(keyed))
                .apply("ShareOutRanges", GroupByKey.create())
                .apply("Check", ParDo.of(new CheckSamples(spec)))
                .setCoder(keyed)
                .apply("AllTogether", GroupByKey.create())
                .apply("Plan", ParDo.of(new PlanShards(spec)))
                .setCoder(KvCoder.of(VarIntCoder.of(), VarIntCoder.of()))
                .apply("ShareOutShards", Reshuffle.of())
                .apply("Write", ParDo.of(new WriteShard(spec)));
        return pipeline;
    }
}
