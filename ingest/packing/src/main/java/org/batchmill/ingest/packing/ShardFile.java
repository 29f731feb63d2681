package org.batchmill.ingest.packing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.ingest.packing.PackOptions.Container;
import org.batchmill.records.Sample;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/** A record file being written. It gets its name in {@link #finish()}; closed without it, nothing is left. */
interface ShardFile extends Closeable {

    void write(Sample sample) throws IOException;

    /** Writes a sample with the features of an Example beside its own. */
    void write(Sample sample, ByteBuffer other) throws IOException;

    /** Writes a message of another kind than samples are. */
    void writeMessage(ByteBuffer message) throws IOException;

    void finish() throws IOException;

    static ShardFile create(Path path, Container container, List<String> classes) throws IOException {
        return create(Storage.of(path).create(path), path, container, classes);
    }

    /** A shard at {@code path} whose bytes go to a file that is closed with it. */
    static ShardFile create(PendingFile bytes, Path path, Container container, List<String> classes)
            throws IOException {
        if (container == Container.ARROW) {
            return new Arrow(ArrowSampleWriter.create(bytes, classes));
        }
        return new TfRecords(
                TfRecordWriter.create(bytes, path, WriteOptions.PLAIN),
                new SampleExamples(classes),
                new ExampleMemory());
    }

    /** A TFRecord file of Examples, with its index. */
    record TfRecords(TfRecordWriter writer, SampleExamples examples, ExampleMemory memory) implements ShardFile {

        @Override
        public void write(Sample sample) throws IOException {
            write(sample, null);
        }

        @Override
        public void write(Sample sample, ByteBuffer other) throws IOException {
            writer.write(examples.write(sample, other, memory));
        }

        @Override
        public void writeMessage(ByteBuffer message) throws IOException {
            writer.write(message);
        }

        @Override
        public void finish() throws IOException {
            writer.finish();
        }

        @Override
        public void close() throws IOException {
            writer.discard();
        }
    }

    /** An Arrow IPC file. */
    record Arrow(ArrowSampleWriter writer) implements ShardFile {

        @Override
        public void write(Sample sample) throws IOException {
            writer.write(sample);
        }

        @Override
        public void write(Sample sample, ByteBuffer other) throws IOException {
            writer.write(sample, other);
        }

        @Override
        public void writeMessage(ByteBuffer message) {
            throw new UnsupportedOperationException("Arrow files hold samples");
        }

        @Override
        public void finish() throws IOException {
            writer.finish();
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
