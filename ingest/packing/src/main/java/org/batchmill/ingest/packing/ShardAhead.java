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
 * whoever writes it later says why. Used by one thread; closed by its creator.
 */
final class ShardAhead implements AutoCloseable {

    private final PackSpec spec;
    private final WorkerShare share;
    private final List<CheckedSample> samples = new ArrayList<>();
    private final ShardsAhead.Place place;
    private final String name;
    private final Path path;
    private final Downscale downscale;
    /** Null before the first sample, and when it was given up. */
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

    /** Ends the shard: the journal has it when the plan asks. */
    void finish() throws IOException {
        if (givenUp || file == null) {
            return;
        }
        try {
            file.finish();
            ShardPlan plan = new ShardPlan(
                    place.list(), place.shard(), place.shards(), spec.ahead().classes(), samples);
            spec.journal().addAhead(plan, bytes.shard(split(), samples.size()));
            share.ahead.add(name);
        } catch (IOException e) {
            giveUp(e);
        }
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
