package org.batchmill.records.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowSampleFile;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.DamagedRecordException;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/**
 * Reads a whole record file and reports every damaged place; copies what is intact of a TFRecord file when that is asked for. A record is intact
 * if both its checksums hold, it is an Example that makes a sample, and the caller's {@link SampleCheck} passes it.
 *
 * @param path        the file
 * @param records     how many records are intact
 * @param bytes       the size of the file
 * @param compression how it is compressed
 * @param damaged     the damaged places, in order
 */
public record RecordCheck(Path path, long records, long bytes, Compression compression, List<Damage> damaged) {

    public RecordCheck {
        damaged = List.copyOf(damaged);
    }

    /** Whether nothing is damaged. */
    public boolean isIntact() {
        return damaged.isEmpty();
    }

    /**
     * Reads a TFRecord or Arrow file and changes nothing.
     *
     * @throws IOException if it cannot be read at all
     */
    public static RecordCheck verify(Path file, ReadOptions options, SampleCheck check) throws IOException {
        return Shard.isArrow(file) ? readArrow(file, check) : read(file, options, check, null);
    }

    private static RecordCheck readArrow(Path file, SampleCheck check) throws IOException {
        List<Damage> damaged = new ArrayList<>();
        long intact = 0;
        BoxRules rules = new BoxRules(List.of());
        try (ArrowSampleFile samples = ArrowSampleFile.open(file)) {
            for (long row = 0; row < samples.size(); row++) {
                try {
                    Sample sample = samples.read(row);
                    rules.apply(sample.labels(), sample.content(), file + ": row " + row);
                    check.check(sample);
                    intact++;
                } catch (DataException e) {
                    damaged.add(Damage.ofRow(row, file + ": row " + row, e));
                }
            }
        } catch (DataException e) {
            damaged.add(Damage.ofFile(file.toString(), e));
        }
        return new RecordCheck(file, intact, Files.size(file), Compression.NONE, damaged);
    }

    /**
     * Reads a file and writes its intact records, byte for byte, to another, compressed like it; a plain one gets an index. The
     * other file appears only when all is done.
     *
     * @throws IOException if one cannot be read or the other not written
     */
    public static RecordCheck repair(Path file, Path target, ReadOptions options, SampleCheck check)
            throws IOException {
        if (Shard.isArrow(file)) {
            throw new UsageException(
                    file + ": an Arrow file cannot be repaired: a damaged column has lost all its rows");
        }
        Overwriting.refuse(target, file);
        Compression compression;
        try (TfRecordReader reader = TfRecordReader.open(file, options)) {
            compression = reader.compression();
        }
        boolean plain = compression == Compression.NONE;
        try (TfRecordWriter writer = TfRecordWriter.create(target, new WriteOptions(compression, plain))) {
            RecordCheck done = read(file, options, check, writer);
            writer.finish();
            return done;
        }
    }

    private static RecordCheck read(Path file, ReadOptions options, SampleCheck check, TfRecordWriter copy)
            throws IOException {
        List<Damage> damaged = new ArrayList<>();
        DamagePolicy collecting =
                DamagePolicy.skip(Long.MAX_VALUE, e -> damaged.add(Damage.of((DamagedRecordException) e)));
        SampleExamples examples = new SampleExamples(List.of(), new BoxRules(List.of()));
        long intact = 0;
        try (TfRecordReader reader = TfRecordReader.open(file, options.withOnDamage(collecting))) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                String place = file + ": record " + reader.index() + " at byte " + reader.offset();
                try {
                    check.check(examples.read(record, new SampleId(file.getFileName() + "#" + reader.index()), place));
                } catch (DataException e) {
                    damaged.add(Damage.inside(reader.offset(), reader.end(), place, e));
                    continue;
                }
                intact++;
                if (copy != null) {
                    copy.write(record);
                }
            }
            return new RecordCheck(file, intact, Files.size(file), reader.compression(), damaged);
        }
    }
}
