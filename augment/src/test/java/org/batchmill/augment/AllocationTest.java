package org.batchmill.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.junit.jupiter.api.Test;

/** What a sample costs on the heap, and that nothing of an image's size is allocated after the first images. */
class AllocationTest {

    @Test
    void shouldTakeLessThanAKilobyteOfHeapASampleAndNoMorePixels() throws Exception {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] file = Images.jpeg(Images.gradient(300 + 40 * i, 240 + 20 * i, 3));
            List<Box> boxes = new ArrayList<>();
            for (int b = 0; b < 12; b++) {
                boxes.add(new Box("cell", 0.05f * b, 0.1f, 0.05f * b + 0.3f, 0.5f));
            }
            samples.add(Rows.encoded("image" + i, file, new Labels.Boxes(boxes)));
        }
        BatchShape shape = new BatchShape(8, 224, 224, 3, Batch.Format.UINT8_NHWC);
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                BatchPool pool = new BatchPool(shape, 2, allocator);
                SampleAssembler assembler =
                        new SampleAssembler(pool, decoder, Policy.forYolo(0.1, 1.5, 1.5), allocator)) {
            fill(assembler, samples, 40);
            long memory = allocator.getAllocatedMemory();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            int batches = 100;
            fill(assembler, samples, batches);
            long each = (threads.getCurrentThreadAllocatedBytes() - before) / (batches * 8L);
            System.out.println("heap bytes a sample: " + each);
            assertThat(each).as("heap bytes a sample").isLessThan(1024);
            assertThat(allocator.getAllocatedMemory()).as("off-heap memory").isLessThanOrEqualTo(memory + (1 << 20));
        }
    }

    private static void fill(SampleAssembler assembler, List<Sample> samples, int batches) throws Exception {
        for (int index = 0; index < batches; index++) {
            try (PooledBatch batch = assembler.open(index)) {
                for (int row = 0; row < 8; row++) {
                    Draw draw = new Draw(1, index, row);
                    DecodedSample decoded = assembler.decode(samples.get(row % samples.size()), draw);
                    assembler.write(batch, row, decoded, List.of(), draw);
                    assembler.release(decoded);
                }
                assembler.seal(batch, 8);
            }
        }
    }
}
