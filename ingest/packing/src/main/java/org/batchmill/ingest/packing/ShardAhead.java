package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Sample;

/**
 * A shard that is written while its samples are checked, by the worker that checks them, where nobody sees it. It is given up, and written later
 * like any other, when a sample of the data set is bad, when a part of it was checked by an earlier job, and when it cannot be written: then
 * whoever writes it later says why. Used by one thread; closed by its creator, but for a finished one, which {@link ShardsToDisk} closes.
 */
final class ShardAhead implements AutoCloseable {

    private final PackSpec spec;
    private final WorkerShare share;
    private final List<CheckedSample> samples = new ArrayList<>();
    private final ShardsAhead.Place place;
    private final String name;
    private final Path path;
    private final Downscale downscale;
    /** Null before the first sample, and when it was given up or is being finished. */
    private ShardFile file;

    private ShardBytes bytes;

    private boolean givenUp;

    /** @param number of the shard over all lists */
    ShardAhead(PackSpec spec, WorkerShare share, int number) {
        this.spec = spec;
        this.share = share;
        this.downscale = new Downscale(spec.options().maxSide());
        this.givenUp = spec.ahead().isNone();
        this.place = givenUp ? null : spec.ahead().place(number);
        this.name = givenUp ? null : spec.names().shard(split(), place.shard(), place.shards());
        this.path = givenUp ? null : spec.journal().ahead(name);
    }

    private String split() {
        return spec.splits().get(place.list());
    }

    /** Appends a sample that was found good. */
    void add(Sample sample, CheckedSample checked) throws IOException {
        if (share.bad.sum() > 0) {
            giveUp();
        }
        if (givenUp) {
            return;
        }
        try {
            if (file == null) {
                bytes = new ShardBytes(path);
                file = ShardFile.create(
                        bytes,
                        path,
                        spec.options().shards().container(),
                        spec.ahead().classes());
            }
            file.write(downscale.apply(sample, checked));
            samples.add(checked);
        } catch (IOException e) {
            giveUp(e);
        }
    }

    /** Ends the shard, which another thread gives to the disk: the journal has it when the plan asks. */
    void finish() throws IOException, InterruptedException {
        if (givenUp || file == null) {
            return;
        }
        ShardFile written = file;
        ShardBytes its = bytes;
        ShardPlan plan = new ShardPlan(
                place.list(), place.shard(), place.shards(), spec.ahead().classes(), List.copyOf(samples));
        share.toDisk.finish(share.gate, () -> finish(written, its, plan));
        file = null;
    }

    /** Only when the disk has the whole shard does the journal say so. */
    private Void finish(ShardFile written, ShardBytes its, ShardPlan plan) throws IOException {
        try (written) {
            written.finish();
            spec.journal().addAhead(plan, its.shard(split(), plan.samples().size()));
            share.ahead.add(name);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // It is as if it were given up: whoever writes it later says why.
        }
        return null;
    }

    /** Leaves the shard to those who write it later. */
    void giveUp() throws IOException {
        givenUp = true;
        samples.clear();
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private void giveUp(IOException cause) throws IOException {
        if (cause instanceof ClosedByInterruptException) {
            throw cause;
        }
        giveUp();
    }

    @Override
    public void close() throws IOException {
        giveUp();
        downscale.close();
    }
}
