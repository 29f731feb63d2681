package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * Decodes a run of frames in order and writes those that are kept into a shard. A shard that the journal lists, and whose checksum still
 * holds, is left as it is.
 */
final class WriteVideoPart extends DoFn<VideoPart, String> {

    private static final long serialVersionUID = 1L;

    private final VideoPackOptions options;
    private final String job;

    /** @param job its name at the {@link WorkGate} */
    WriteVideoPart(VideoPackOptions options, String job) {
        this.options = options;
        this.job = job;
    }

    @ProcessElement
    public void write(@Element VideoPart part, OutputReceiver<String> out) throws IOException, InterruptedException {
        OutputNames names = options.shards().names();
        WorkGate gate = WorkGate.of(job, new Journal(names.journal()));
        gate.pass(() -> write(part, names, gate));
        out.output(part.shard());
    }

    private void write(VideoPart part, OutputNames names, WorkGate gate) throws IOException, InterruptedException {
        Journal journal = new Journal(names.journal());
        Path path = names.folder().resolve(part.shard());
        if (journal.whole(path).isPresent()) {
            gate.advance(part.to() - part.from());
            return;
        }
        DriveFrames frames = DriveFrames.open(options, part.epoch());
        Thumbnails thumbnails = new Thumbnails(part.thumbnails());
        long records = writeAll(part, frames, thumbnails, journal.place(path), gate);
        journal.addBad(part.shard(), frames.bad());
        journal.addFrames(part.shard(), frames.tally(), thumbnails.spread());
        journal.add(PackedShard.finished(journal.place(path), part.split(), records));
    }

    private long writeAll(VideoPart part, DriveFrames frames, Thumbnails thumbnails, Path path, WorkGate gate)
            throws IOException, InterruptedException {
        try (ShardFile shard = ShardFile.create(path, options.shards().container(), List.of())) {
            FrameRecords records = FrameRecords.into(shard, options.records(), frames);
            long[] at = {part.from()};
            frames.read(part.from(), part.to(), true, moment -> {
                gate.checkGoing();
                gate.advance(moment.frame().number() + 1 - at[0]);
                at[0] = moment.frame().number() + 1;
                records.write(moment);
                thumbnails.take(part.epoch().videoName(), moment.frame());
            });
            gate.advance(part.to() - at[0]);
            shard.finish();
            return records.written();
        }
    }
}
