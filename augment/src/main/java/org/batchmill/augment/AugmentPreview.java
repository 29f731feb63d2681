package org.batchmill.augment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.ContactSheet;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/**
 * Shows what a policy does: a row a sample, the original first, then what training would see of it in the first epochs, with its
 * labels drawn. Immutable.
 *
 * @param policy   what happens to each sample
 * @param height   of the images in a batch
 * @param width    of the images in a batch
 * @param variants how many epochs are shown
 * @param seed     of the run that is previewed
 * @param classes  give the boxes their colours
 */
public record AugmentPreview(Policy policy, int height, int width, int variants, long seed, List<String> classes) {

    private static final int CELL = 240;

    public AugmentPreview {
        classes = List.copyOf(classes);
    }

    /**
     * Draws the sheet.
     *
     * @param samples   images; partners of mosaic and mixup are the samples that follow
     * @param allocator counts the memory
     * @return the sheet, which the caller closes
     * @throws DataException if a sample is bad
     */
    public Canvas draw(List<Sample> samples, BufferAllocator allocator) throws IOException, InterruptedException {
        BatchShape shape = new BatchShape(1, height, width, 3, Batch.Format.UINT8_NHWC);
        try (ImageDecoder decoder = new ImageDecoder(allocator);
                BatchPool pool = new BatchPool(shape, 1, allocator);
                SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator);
                ContactSheet sheet = new ContactSheet("", variants + 1, CELL, CELL * height / width)) {
            for (int i = 0; i < samples.size(); i++) {
                sheet.add(original(samples.get(i), decoder), samples.get(i).id().value());
                for (int epoch = 0; epoch < variants; epoch++) {
                    sheet.add(variant(samples, i, epoch, assembler), "epoch " + epoch);
                }
            }
            return sheet.draw();
        }
    }

    private Canvas original(Sample sample, ImageDecoder decoder) throws DataException {
        Canvas canvas = decodeWhole(sample, decoder);
        Annotations.draw(canvas, sample.labels(), classes);
        return canvas;
    }

    private static Canvas decodeWhole(Sample sample, ImageDecoder decoder) throws DataException {
        String where = sample.id().value();
        return sample.content().accept(new Content.Visitor<Canvas, DataException>() {
            @Override
            public Canvas encodedImage(Content.EncodedImage encoded) throws DataException {
                try (var image = decoder.decode(encoded.bytes(), where, 3)) {
                    return Canvas.copyOf(image.mat());
                }
            }

            @Override
            public Canvas rawImage(Content.RawImage raw) {
                return Canvas.copyOf(raw.pixels(), raw.height(), raw.width(), raw.channels());
            }

            @Override
            public Canvas features(Content.Features row) throws DataException {
                throw new DataException(DataException.Kind.UNSUPPORTED, where, "it has no image to show");
            }
        });
    }

    private Canvas variant(List<Sample> samples, int index, int epoch, SampleAssembler assembler)
            throws IOException, InterruptedException {
        List<DecodedSample> decoded = new ArrayList<>();
        Draw draw = new Draw(seed, epoch, index);
        try (PooledBatch batch = assembler.open(0)) {
            for (int i = 0; i <= assembler.partners(); i++) {
                decoded.add(assembler.decode(samples.get((index + i) % samples.size()), draw));
            }
            assembler.write(batch, 0, decoded.get(0), decoded.subList(1, decoded.size()), draw);
            assembler.seal(batch, 1);
            Canvas canvas = Canvas.copyOf(batch.pixels(), height, width, 3);
            Annotations.draw(canvas, batch.labels(0), classes);
            return canvas;
        } finally {
            decoded.forEach(assembler::release);
        }
    }
}
