package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;

/**
 * Sees the keys of all samples at once: checks the number of bad ones, shuffles each split and cuts it into shards of equal
 * length, whose plans go into the journal. It holds about a hundred bytes a sample, whatever the size of the images.
 */
final class PlanShards extends DoFn<KV<Integer, Iterable<SampleRange>>, KV<Integer, Integer>> {

    private static final long serialVersionUID = 1L;

    private final PackSpec spec;
    private transient WorkerShare share;

    PlanShards(PackSpec spec) {
        this.spec = spec;
    }

    @Setup
    public void setUp() throws IOException {
        share = WorkerShare.lease(spec);
    }

    @ProcessElement
    public void plan(@Element KV<Integer, Iterable<SampleRange>> all, OutputReceiver<KV<Integer, Integer>> out)
            throws IOException, InterruptedException {
        share.gate.pass(() -> {
            share.toDisk.await();
            plan(all.getValue(), out);
        });
    }

    private void plan(Iterable<SampleRange> ranges, OutputReceiver<KV<Integer, Integer>> out) throws IOException {
        Journal journal = spec.journal();
        int splits = spec.splits().size();
        Census census = new Census(splits);
        List<List<CheckedSample>> samples = new ArrayList<>();
        for (int split = 0; split < splits; split++) {
            samples.add(new ArrayList<>());
        }
        for (SampleRange range : ranges) {
            CheckedRange checked = journal.checked(range).orElseThrow(() -> journal.lost(range.toString()));
            census.add(checked);
            checked.samples().forEach(sample -> samples.get(sample.split()).add(sample));
        }
        check(census);
        List<String> classes = spec.classes().isEmpty() ? census.classes() : spec.classes();
        int number = 0;
        for (int split = 0; split < splits; split++) {
            List<CheckedSample> shuffled = samples.get(split);
            shuffled.sort(CheckedSample.SHUFFLED);
            int shards = census.split(split).shards(spec.options().shards().count());
            for (int shard = 0; shard < shards; shard++) {
                int from = (int) ShardPlan.start(shuffled.size(), shard, shards);
                int to = (int) ShardPlan.start(shuffled.size(), shard + 1, shards);
                ShardPlan plan = new ShardPlan(split, shard, shards, classes, shuffled.subList(from, to));
                if (!isWritten(plan)) {
                    journal.add(number, plan);
                    out.output(KV.of(number, number));
                }
                number++;
            }
        }
    }

    /** Gives a shard its name if it was written while it was checked; whether nobody need look at it any more. */
    private boolean isWritten(ShardPlan plan) throws IOException {
        OutputNames names = spec.names();
        String file = names.shard(spec.splits().get(plan.split()), plan.shard(), plan.shards());
        boolean adopted = spec.journal().adopt(plan, names.folder().resolve(file));
        // One of an earlier process may have been damaged since.
        if (!adopted || !share.ahead.contains(file)) {
            return false;
        }
        share.written.add(plan.samples().size());
        return true;
    }

    /** Ends the job if more samples are bad than may be, or none is good. */
    private void check(Census census) throws DataException {
        DamagePolicy policy = DamagePolicy.skip(spec.options().errors().maxErrors());
        for (BadSample bad : census.bad(spec.damaged())) {
            policy.handle(bad.toException());
        }
        if (census.samples() == 0) {
            throw new DataException(
                    DataException.Kind.MISSING, spec.options().data(), "not one sample that can be packed");
        }
    }

    @Teardown
    public void tearDown() throws IOException {
        share.close();
    }
}
