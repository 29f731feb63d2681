package org.batchmill.augment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.ImageMapping;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/** Sends samples through a real assembler, one row at a time; closing it checks for leaks. */
final class Rows implements AutoCloseable {

    /** What came out: the row's bytes and what the batch says of it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(byte[] pixels, Labels labels, ImageMapping mapping) {
        int at(int y, int x, int channel, int width, int channels) {
            return pixels[(y * width + x) * channels + channel] & 0xff;
        }
    }

    private final BufferAllocator allocator = new RootAllocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);
    private final BatchPool pool;
    private final SampleAssembler assembler;

    Rows(int height, int width, int channels, Policy policy) {
        this(new BatchShape(1, height, width, channels, Batch.Format.UINT8_NHWC), policy);
    }

    Rows(BatchShape shape, Policy policy) {
        pool = new BatchPool(shape, 1, allocator);
        assembler = new SampleAssembler(pool, decoder, policy, allocator);
    }

    Row row(Sample sample, long seed, long epoch, Sample... partners) throws Exception {
        Draw draw = new Draw(seed, epoch, 0);
        List<DecodedSample> decoded = new ArrayList<>();
        try (PooledBatch batch = assembler.open(0)) {
            decoded.add(assembler.decode(sample, draw));
            for (Sample partner : partners) {
                decoded.add(assembler.decode(partner, draw));
            }
            assembler.write(batch, 0, decoded.get(0), decoded.subList(1, decoded.size()), draw);
            assembler.seal(batch, 1);
            ByteBuffer pixels = batch.pixels();
            byte[] bytes = new byte[pixels.remaining()];
            pixels.get(bytes);
            return new Row(bytes, batch.labels(0), batch.mapping(0));
        } finally {
            decoded.forEach(assembler::release);
        }
    }

    static Sample raw(String id, int height, int width, int channels, byte[] pixels, Labels labels) {
        return new Sample(
                new SampleId(id), new Content.RawImage(ByteBuffer.wrap(pixels), height, width, channels), labels);
    }

    static Sample encoded(String id, byte[] file, Labels labels) {
        return new Sample(new SampleId(id), new Content.EncodedImage(ByteBuffer.wrap(file)), labels);
    }

    @Override
    public void close() {
        assembler.close();
        pool.close();
        decoder.close();
        allocator.close();
    }
}
