package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/**
 * Decodes a run of frames in order and writes the labelled ones into a shard. A shard that the journal lists, and whose checksum still
 * holds, is left as it is.
 */
final class WriteVideoPart extends DoFn<VideoPart, String> {

    private static final long serialVersionUID = 1L;

    private final VideoPackOptions options;

    WriteVideoPart(VideoPackOptions options) {
        this.options = options;
    }

    @ProcessElement
    public void write(@Element VideoPart part, OutputReceiver<String> out) throws IOException, InterruptedException {
        OutputNames names = new OutputNames(options.prefix(), options.container());
        WorkGate gate = WorkGate.of(names.journal().toString());
        gate.begin();
        try {
            write(part, names, gate);
        } finally {
            gate.end();
        }
        out.output(part.shard());
    }

    private void write(VideoPart part, OutputNames names, WorkGate gate) throws IOException, InterruptedException {
        Journal journal = new Journal(names.journal());
        Path path = names.folder().resolve(part.shard());
        if (journal.whole(path).isEmpty()) {
            DriveFrames frames = DriveFrames.open(options, part.video());
            long records = writeAll(part, frames, journal.place(path), gate);
            journal.addBad(part.shard(), frames.bad());
            journal.add(PackedShard.finished(journal.place(path), part.split(), records));
        }
    }

    private long writeAll(VideoPart part, DriveFrames frames, Path path, WorkGate gate)
            throws IOException, InterruptedException {
        long[] records = {0};
        try (ShardFile shard = ShardFile.create(path, options.container(), List.of())) {
            frames.read(part.from(), part.to(), (frame, angle) -> {
                gate.checkGoing();
                if (!Float.isNaN(angle)) {
                    shard.write(new Sample(
                            SampleId.ofFrame(frames.epoch().videoName(), frame.number()),
                            new Content.EncodedImage(frames.encode(frame)),
                            new Labels.Steering(angle)));
                    records[0]++;
                }
            });
            shard.finish();
        }
        return records[0];
    }
}
