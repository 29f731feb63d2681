package org.batchmill.benchmarks.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.records.tfrecord.IndexedRecords;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/**
 * Reads a file of 64 KB records from the page cache in several ways, in turn and in one process, and prints the median of each
 * in MB a second and as a share of the ceiling: reading the file and computing CRC-32C over it, nothing else.
 */
public final class ReadRecords {

    static final int RECORD_BYTES = 64 << 10;
    private static final int RECORDS = 8192;
    private static final int ROUNDS = 9;
    private static final int CHUNK_BYTES = 512 << 10;

    private ReadRecords() {}

    /** One way to read the file; returns how many bytes it saw. */
    @FunctionalInterface
    private interface Way {
        long read(Path file) throws IOException;

        /** What it takes before it reads anything, in nanoseconds; taken off. */
        default long startUp() throws IOException {
            return 0;
        }
    }

    /** Beam's reader runs in a pipeline, whose start is not its fault. */
    private static final class Beam implements Way {

        @Override
        public long read(Path file) {
            return BeamReading.read(file);
        }

        @Override
        public long startUp() throws IOException {
            return BeamReading.startUp();
        }
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Files.createTempFile("records-", ".tfrecord");
        try {
            write(file);
            Map<String, Way> ways = new LinkedHashMap<>();
            ways.put("read + CRC-32C (the ceiling)", ReadRecords::ceiling);
            ways.put("TfRecordReader (stream)", ReadRecords::stream);
            ways.put("IndexedRecords (any order)", ReadRecords::indexed);
            ways.put("TensorFlow TFRecordDataset", TensorFlowReading::read);
            ways.put("Beam TFRecordIO, start-up off", new Beam());
            report(file, ways, arguments);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".idx"));
        }
    }

    private static void write(Path file) throws IOException {
        byte[] record = new byte[RECORD_BYTES];
        SplittableRandom random = new SplittableRandom(1);
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            for (int i = 0; i < RECORDS; i++) {
                random.nextBytes(record);
                writer.write(record);
            }
            writer.finish();
        }
    }

    private static void report(Path file, Map<String, Way> ways, String[] arguments) throws IOException {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                long startUp = way.getValue().startUp();
                long start = System.nanoTime();
                long bytes = way.getValue().read(file);
                double seconds = (System.nanoTime() - start - startUp) / 1e9;
                if (bytes < (long) RECORDS * RECORD_BYTES) {
                    throw new IllegalStateException(way.getKey() + " read only " + bytes + " bytes");
                }
                rates.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                        .add((double) RECORDS * RECORD_BYTES / seconds / 1e6);
            }
        }
        double ceiling = median(rates.values().iterator().next());
        try (ResultTable table = ResultTable.of(
                ReadRecords.class,
                arguments,
                Column.text("reader"),
                Column.number("MB/s", 0),
                Column.number("of the ceiling", 2))) {
            rates.forEach((name, list) -> table.row(name, median(list), median(list) / ceiling));
        }
    }

    /** Of the rounds behind the first two, which warm the compiler up. */
    private static double median(List<Double> rates) {
        return Median.of(rates.subList(2, rates.size()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private static long ceiling(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        CRC32C crc = new CRC32C();
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                bytes += buffer.remaining();
                crc.update(buffer);
            }
        }
        return crc.getValue() == 0 ? 0 : bytes;
    }

    private static long stream(Path file) throws IOException {
        long bytes = 0;
        try (TfRecordReader reader = TfRecordReader.open(file)) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                bytes += record.remaining();
            }
        }
        return bytes;
    }

    private static long indexed(Path file) throws IOException {
        IndexedRecords records = IndexedRecords.open(file, ReadOptions.defaults());
        long bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            bytes += records.read(i).remaining();
        }
        return bytes;
    }
}
