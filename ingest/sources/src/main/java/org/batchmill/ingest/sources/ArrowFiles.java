package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.arrow.ArrowSampleFile;

/** The samples of several Arrow files, one after the other. Safe for use by many threads. */
final class ArrowFiles implements SampleSource.Indexed {

    private static final int MAGIC_BYTES = 8;

    private final List<ArrowSampleFile> files = new ArrayList<>();

    private ArrowFiles() {}

    /** Whether a file begins as Arrow files do. */
    static boolean isArrow(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(MAGIC_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(head, 0);
        }
        return ArrowSampleFile.isArrow(head.flip());
    }

    static ArrowFiles open(List<Path> paths) throws IOException {
        ArrowFiles source = new ArrowFiles();
        try {
            for (Path path : paths) {
                source.files.add(ArrowSampleFile.open(path));
            }
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Those of the first file: the shards of a data set agree. */
    @Override
    public List<String> classes() {
        return files.get(0).classes();
    }

    @Override
    public long size() {
        return files.stream().mapToLong(ArrowSampleFile::size).sum();
    }

    @Override
    public Sample read(long index) throws IOException {
        long first = 0;
        for (ArrowSampleFile file : files) {
            if (index < first + file.size()) {
                return file.read(index - first);
            }
            first += file.size();
        }
        throw new IndexOutOfBoundsException("sample " + index + " of " + first);
    }

    @Override
    public void close() throws IOException {
        for (ArrowSampleFile file : files) {
            file.close();
        }
    }
}
