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
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * The pipeline of a pack job:
 *
 * <pre>
 *   ranges -> share out -> check: read, decode, hash -> all keys together: shuffle, cut -> share out -> write shards
 * </pre>
 *
 * Pictures never travel: what passes from worker to worker is where a sample is and its keys, and the writers read the bytes
 * again. So memory does not grow with them, and which worker does what changes nothing in the shards.
 */
final class PackPipeline {

    /** Into how many groups the ranges of one worker are shared out: runners pay for a group, and even out by groups. */
    private static final int GROUPS = 8;

    private PackPipeline() {}

    static Pipeline build(PipelineOptions runner, PackSpec spec, List<SampleRange> ranges) {
        Pipeline pipeline = Pipeline.create(runner);
        int groups = GROUPS * spec.options().workers();
        List<KV<Integer, SampleRange>> keyed = new ArrayList<>();
        for (int range = 0; range < ranges.size(); range++) {
            keyed.add(KV.of(range % groups, ranges.get(range)));
        }
        pipeline.apply("Ranges", Create.of(keyed).withCoder(KvCoder.of(VarIntCoder.of(), ElementCoder.RANGE)))
                .apply("ShareOutRanges", Reshuffle.of())
                .apply("RangesOnly", Values.create())
                .apply("Check", ParDo.of(new CheckSamples(spec)))
                .setCoder(ElementCoder.CHECKED)
                .apply("ToOnePlace", WithKeys.<Integer, CheckedRange>of(0).withKeyType(TypeDescriptors.integers()))
                .setCoder(KvCoder.of(VarIntCoder.of(), ElementCoder.CHECKED))
                .apply("AllKeys", GroupByKey.create())
                .apply("Plan", ParDo.of(new PlanShards(spec)))
                .setCoder(KvCoder.of(VarIntCoder.of(), ElementCoder.PLAN))
                .apply("ShareOutShards", Reshuffle.of())
                .apply("PlansOnly", Values.create())
                .apply("Write", ParDo.of(new WriteShard(spec)));
        return pipeline;
    }
}
