package org.batchmill.records.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowSampleFile;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/**
 * TFRecord files of Examples to Arrow files and back. What an Example says and no column does goes into the column {@code
 * other}, so that nothing is lost: the Examples that come back have every feature with its values.
 */
public final class Conversion {

    private Conversion() {}

    /**
     * Converts a TFRecord file to an Arrow file.
     *
     * @param classes in label order; empty where they are not known
     * @return how many samples there are
     */
    public static long toArrow(Path tfrecord, Path arrow, List<String> classes, ReadOptions options)
            throws IOException {
        SampleExamples examples = new SampleExamples(classes);
        try (TfRecordReader reader = TfRecordReader.open(tfrecord, options);
                ArrowSampleWriter writer = ArrowSampleWriter.create(arrow, classes)) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                SampleId fallback = new SampleId(tfrecord.getFileName() + "#" + reader.index());
                String where = tfrecord + ": record " + reader.index() + " at byte " + reader.offset();
                SampleExamples.Split split = examples.split(record, fallback, where);
                writer.write(split.sample(), split.other().orElse(null));
            }
            writer.finish();
            return writer.count();
        }
    }

    /**
     * Converts an Arrow file to a TFRecord file.
     *
     * @return how many samples there are
     */
    public static long toTfRecord(Path arrow, Path tfrecord, WriteOptions options) throws IOException {
        try (ArrowSampleFile file = ArrowSampleFile.open(arrow);
                TfRecordWriter writer = TfRecordWriter.create(tfrecord, options)) {
            SampleExamples examples = new SampleExamples(file.classes());
            for (long i = 0; i < file.size(); i++) {
                Optional<ByteBuffer> other = file.other(i);
                writer.write(examples.write(file.read(i), other.orElse(null)));
            }
            writer.finish();
            return writer.count();
        }
    }
}
