package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/**
 * Writes a shard as the journal plans it: reads its samples again, one after the other, and gives the file its name when all are in it. A shard that the
 * journal lists, and whose checksum still holds, is left as it is.
 */
final class WriteShard extends DoFn<KV<Integer, Integer>, String> {

    private static final long serialVersionUID = 1L;

    /** Samples of which the source hears before they are read. */
    private static final int AHEAD = 32;

    private final PackSpec spec;
    private transient WorkerShare share;

    WriteShard(PackSpec spec) {
        this.spec = spec;
    }

    @Setup
    public void setUp() throws IOException {
        share = WorkerShare.lease(spec);
    }

    @ProcessElement
    public void write(@Element KV<Integer, Integer> number, OutputReceiver<String> out)
            throws IOException, InterruptedException {
        share.gate.pass(() -> out.output(write(spec.journal().plan(number.getValue()))));
    }

    private String write(ShardPlan plan) throws IOException {
        OutputNames names = spec.names();
        String split = spec.splits().get(plan.split());
        String file = names.shard(split, plan.shard(), plan.shards());
        Path path = names.folder().resolve(file);
        Journal journal = spec.journal();
        if (journal.whole(path).isPresent()) {
            share.written.add(plan.samples().size());
            share.reused.increment();
        } else {
            journal.add(writeAll(plan, journal.place(path), split));
        }
        return file;
    }

    private PackedShard writeAll(ShardPlan plan, Path path, String split) throws IOException {
        PackOptions options = spec.options();
        ShardBytes bytes = new ShardBytes(path);
        try (ShardFile shard = ShardFile.create(bytes, path, options.shards().container(), plan.classes());
                Downscale downscale = new Downscale(options.maxSide())) {
            List<CheckedSample> samples = plan.samples();
            for (int i = 0; i < samples.size(); i++) {
                share.gate.checkGoing();
                for (int next = i == 0 ? 0 : i + AHEAD; next <= Math.min(i + AHEAD, samples.size() - 1); next++) {
                    share.list(samples.get(next).list()).soon(samples.get(next).index());
                }
                CheckedSample checked = samples.get(i);
                Sample sample = share.list(checked.list()).read(checked.index());
                if (ContentHash.checksum(sample.content()) != checked.checksum()) {
                    throw new DataException(
                            DataException.Kind.CORRUPT, sample.id().value(), "it changed while it was packed");
                }
                shard.write(downscale.apply(sample, checked));
                share.written.increment();
            }
            shard.finish();
            return bytes.shard(split, samples.size());
        }
    }

    @Teardown
    public void tearDown() throws IOException {
        share.close();
    }
}
