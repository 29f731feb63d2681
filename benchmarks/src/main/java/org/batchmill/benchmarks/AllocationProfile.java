package org.batchmill.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/**
 * What a sample takes of the heap after warm-up, from its encoded bytes to its row, and which classes: the JVM's own count of the
 * thread's bytes, shared out by the flight recorder's samples. The recorder takes one whenever a thread's buffer is full, so the
 * buffers must be small and of one size. Prints the table of docs/augment.md.
 *
 * <pre>java -XX:-ResizeTLAB -XX:TLABSize=2k -XX:MinTLABSize=2k ... org.batchmill.benchmarks.AllocationProfile FOLDER_OF_JPEGS [SAMPLES]
 * </pre>
 */
public final class AllocationProfile {

    private static final int ROWS = 8;
    private static final int SIDE = 224;
    private static final int SHOWN = 8;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationProfile() {}

    public static void main(String[] arguments) throws Exception {
        List<Sample> samples = samples(Path.of(arguments[0]));
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        BatchShape shape = new BatchShape(ROWS, SIDE, SIDE, 3, Batch.Format.UINT8_NHWC);
        Path file = Files.createTempFile("allocations", ".jfr");
        long bytes;
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                BatchPool pool = new BatchPool(shape, 2, allocator);
                SampleAssembler assembler = new SampleAssembler(pool, decoder, Policy.forYolo(), allocator);
                Recording recording = new Recording()) {
            fill(assembler, samples, 5000);
            recording.enable("jdk.ObjectAllocationSample").with("throttle", "2000/s");
            recording.start();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            fill(assembler, samples, count);
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            recording.stop();
            recording.dump(file);
        }
        System.out.printf(Locale.ROOT, "%d samples, %d bytes of heap each%n%n", count, bytes / count);
        System.out.printf(Locale.ROOT, "| class | bytes a sample |%n|---|---:|%n");
        print(file, (double) bytes / count);
        Files.delete(file);
    }

    private static List<Sample> samples(Path folder) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path path : files.filter(each -> each.toString().endsWith(".jpg"))
                    .sorted()
                    .limit(24)
                    .toList()) {
                samples.add(new Sample(
                        SampleId.ofFile(path.getFileName()),
                        new Content.EncodedImage(ByteBuffer.wrap(Files.readAllBytes(path))),
                        new Labels.Boxes(List.of(new Box("cell", 0.2f, 0.3f, 0.5f, 0.7f)))));
            }
        }
        return samples;
    }

    private static void fill(SampleAssembler assembler, List<Sample> samples, int count) throws Exception {
        for (int first = 0; first < count; first += ROWS) {
            try (PooledBatch batch = assembler.open(first)) {
                for (int row = 0; row < ROWS; row++) {
                    Draw draw = new Draw(1, first, row);
                    DecodedSample decoded = assembler.decode(samples.get((first + row) % samples.size()), draw);
                    assembler.write(batch, row, decoded, List.of(), draw);
                    assembler.release(decoded);
                }
                assembler.seal(batch, ROWS);
            }
        }
    }

    private static void print(Path recording, double bytes) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        int total = 0;
        long thread = Thread.currentThread().getId();
        try (RecordingFile events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                if (event.getThread() != null && event.getThread().getJavaThreadId() == thread) {
                    counts.merge(event.getClass("objectClass").getName(), 1, Integer::sum);
                    total++;
                }
            }
        }
        double each = bytes / total;
        counts.entrySet().stream()
                .sorted((a, b) -> Integer.compare(b.getValue(), a.getValue()))
                .limit(SHOWN)
                .forEach(entry ->
                        System.out.printf(Locale.ROOT, "| %s | %.0f |%n", entry.getKey(), entry.getValue() * each));
    }
}
