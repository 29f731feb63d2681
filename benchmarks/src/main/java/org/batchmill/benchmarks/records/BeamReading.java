package org.batchmill.benchmarks.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.TFRecordIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/** Reads a record file with Beam's TFRecordIO on the direct runner. */
final class BeamReading {

    /** Beam hands copies of a function to its threads; they meet here. */
    private static final LongAdder BYTES = new LongAdder();

    private BeamReading() {}

    /** Reads a file; returns how many bytes its records had. */
    static long read(Path file) {
        BYTES.reset();
        Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(
                        "--runner=DirectRunner", "--enforceImmutability=false", "--enforceEncodability=false")
                .create());
        pipeline.apply(TFRecordIO.read().from(file.toString()).withCompression(Compression.UNCOMPRESSED))
                .apply(ParDo.of(new Count()));
        pipeline.run().waitUntilFinish();
        return BYTES.sum();
    }

    /** What a pipeline costs that reads next to nothing, in nanoseconds: the part that is not reading. */
    static long startUp() throws IOException {
        Path one = Files.createTempFile("one-", ".tfrecord");
        try {
            try (TfRecordWriter writer = TfRecordWriter.create(
                    one, new WriteOptions(org.batchmill.records.tfrecord.Compression.NONE, false))) {
                writer.write(new byte[1]);
                writer.finish();
            }
            long start = System.nanoTime();
            read(one);
            return System.nanoTime() - start;
        } finally {
            Files.delete(one);
        }
    }

    private static final class Count extends DoFn<byte[], Void> {

        private static final long serialVersionUID = 1L;

        @ProcessElement
        public void count(@Element byte[] record) {
            BYTES.add(record.length);
        }
    }
}
