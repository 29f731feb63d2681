package org.batchmill.records.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;

/** The records of a compressed file in a plain temporary file, so that they can be read at random. Deleted when closed. */
record InflatedFile(Path path) implements Closeable {

    /** Null if the file is not compressed. */
    static InflatedFile ifCompressed(Path file, ReadOptions options) throws IOException {
        try (TfRecordReader reader = TfRecordReader.open(file, options)) {
            if (reader.compression() == Compression.NONE) {
                return null;
            }
            InflatedFile inflated = new InflatedFile(Files.createTempFile("batchmill-", ".tfrecord"));
            try {
                inflated.fill(reader);
                return inflated;
            } catch (IOException | RuntimeException e) {
                inflated.close();
                throw e;
            }
        }
    }

    private void fill(TfRecordReader reader) throws IOException {
        try (TfRecordWriter writer = TfRecordWriter.to(GrowingFile.append(path), Compression.NONE)) {
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                writer.write(record);
            }
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
