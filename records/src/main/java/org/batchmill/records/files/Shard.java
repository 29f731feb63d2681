package org.batchmill.records.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.BoxRules;
import org.batchmill.records.InputFile;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowSampleFile;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.IndexedRecords;
import org.batchmill.records.tfrecord.ReadOptions;

/** One record file of either format, read at random. Safe for use by many threads. */
interface Shard extends Closeable {

    int size();

    Sample read(int record) throws IOException;

    /** Hears that a record will be read soon. */
    default void soon(int record) {}

    /** The classes that the labels of a record name. */
    List<String> classNames(int record) throws IOException;

    /** Whether a record has a list of objects, if only an empty one. */
    boolean hasObjects(int record) throws IOException;

    /** The classes in label order, where the file says them; else empty. */
    List<String> classes();

    /** Opens a file of the format that its first bytes say. */
    static Shard open(Path file, SampleExamples examples, BoxRules rules, ReadOptions options) throws IOException {
        return isArrow(file)
                ? new Arrow(ArrowSampleFile.open(file), file, rules)
                : TfRecord.open(file, examples, options);
    }

    static boolean isArrow(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(8);
        try (InputFile input = InputFile.open(file)) {
            input.read(head, 0);
        }
        return ArrowSampleFile.isArrow(head.flip());
    }

    /** Its records may stand in a temporary file in its stead. */
    record TfRecord(Path file, SampleExamples examples, IndexedRecords records, InflatedFile inflated)
            implements Shard {

        static TfRecord open(Path file, SampleExamples examples, ReadOptions options) throws IOException {
            InflatedFile inflated = InflatedFile.ifCompressed(file, options);
            try {
                Path plain = inflated == null ? file : inflated.path();
                return new TfRecord(file, examples, IndexedRecords.open(plain, file.toString(), options), inflated);
            } catch (IOException | RuntimeException e) {
                if (inflated != null) {
                    inflated.close();
                }
                throw e;
            }
        }

        @Override
        public int size() {
            return records.size();
        }

        @Override
        public Sample read(int record) throws IOException {
            SampleId fallback = new SampleId(file.getFileName() + "#" + record);
            return examples.read(records.read(record), fallback, place(record));
        }

        @Override
        public void soon(int record) {
            records.soon(record);
        }

        @Override
        public List<String> classNames(int record) throws IOException {
            return examples.classNames(records.read(record), place(record));
        }

        @Override
        public boolean hasObjects(int record) throws IOException {
            return examples.hasObjects(records.read(record), place(record));
        }

        @Override
        public List<String> classes() {
            return List.of();
        }

        private String place(int record) {
            return file + ": record " + record + " at byte " + records.index().offset(record);
        }

        @Override
        public void close() throws IOException {
            records.close();
            if (inflated != null) {
                inflated.close();
            }
        }
    }

    /** Its classes are those that the file declares. */
    record Arrow(ArrowSampleFile samples, Path file, BoxRules rules) implements Shard {

        @Override
        public int size() {
            return Math.toIntExact(samples.size());
        }

        @Override
        public Sample read(int record) throws IOException {
            Sample sample = samples.read(record);
            Labels checked = rules.apply(sample.labels(), sample.content(), file + ": row " + record);
            return new Sample(sample.id(), sample.content(), checked);
        }

        @Override
        public void soon(int record) {
            samples.soon(record);
        }

        @Override
        public List<String> classNames(int record) throws IOException {
            return samples.read(record).labels().classNames();
        }

        @Override
        public boolean hasObjects(int record) throws IOException {
            return samples.read(record).labels() instanceof Labels.Boxes;
        }

        @Override
        public List<String> classes() {
            return samples.classes();
        }

        @Override
        public void close() throws IOException {
            samples.close();
        }
    }
}
