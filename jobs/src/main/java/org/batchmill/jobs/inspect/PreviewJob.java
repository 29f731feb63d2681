package org.batchmill.jobs.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.AugmentPreview;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.records.storage.Overwriting;

/** Draws what an augmentation policy makes of the first samples of a data set. Stateless. */
public final class PreviewJob {

    private PreviewJob() {}

    /** Draws a contact sheet: a row a sample, the original and some variants, labels drawn. */
    public static void run(DataOptions data, PreviewOptions options) throws IOException, InterruptedException {
        DataSets.refuseOver(options.out, data);
        Overwriting.refuse(options.out, options.policy.file());
        try (SampleSource source = DataSets.openAll(data);
                BufferAllocator allocator = ArrowMemory.allocator()) {
            if (!(source instanceof SampleSource.Indexed indexed)) {
                throw new UsageException("a preview is drawn of files, not of a stream");
            }
            List<Sample> first = new ArrayList<>();
            for (long i = 0; i < Math.min(options.samples, indexed.size()); i++) {
                first.add(indexed.read(i));
            }
            Policy asked = options.policy.read();
            try (Canvas sheet = new AugmentPreview(
                            asked, options.side, options.side, options.variants, options.seed, source.classes())
                    .draw(first, allocator)) {
                sheet.write(options.out);
            }
        }
    }
}
