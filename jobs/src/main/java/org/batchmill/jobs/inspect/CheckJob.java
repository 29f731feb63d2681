package org.batchmill.jobs.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.ContactSheet;
import org.batchmill.augment.pixels.Image;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.OutputFiles;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.records.doctor.DataDoctor;
import org.batchmill.records.doctor.Diagnosis;

/** The data set doctor: looks at every sample, decodes every image, and draws some of them with their labels. Stateless. */
public final class CheckJob {

    /** Cells on each side of YOLO v1's grid. */
    private static final int GRID = 7;

    private static final int DRAWN = 24;
    private static final int COLUMNS = 6;
    private static final int CELL = 240;

    private CheckJob() {}

    /**
     * What was found.
     *
     * @param healthy whether nothing is wrong
     * @param lines   for people
     * @param toJson  one line with the keys of docs/cli.md
     */
    public record Report(boolean healthy, List<String> lines, String toJson) {}

    /**
     * Examines a data set.
     *
     * @throws IOException if reading failed for another reason than bad data, which is a finding
     */
    public static Report run(DataOptions data, CheckOptions options) throws IOException {
        Path sheet = options.sheet;
        DataSets.refuseOver(sheet, data);
        OutputFiles.require(sheet);
        BoxRules rules = new BoxRules(data.classes);
        try (SampleSource source = DataSets.openAll(data, new Tolerance(rules, DamagePolicy.fail()));
                BufferAllocator allocator = ArrowMemory.allocator();
                ImageDecoder decoder = new ImageDecoder(allocator)) {
            if (!(source instanceof SampleSource.Indexed indexed)) {
                throw new UsageException("the doctor looks at files, not at a stream");
            }
            Diagnosis diagnosis = DataDoctor.examine(indexed, rules, GRID, sample -> decode(decoder, sample));
            if (sheet != null) {
                draw(indexed, decoder, sheet);
            }
            return new Report(
                    diagnosis.isHealthy(), DiagnosisText.lines(diagnosis), JsonLine.of(DiagnosisText.keys(diagnosis)));
        }
    }

    private static void decode(ImageDecoder decoder, Sample sample) throws DataException {
        if (sample.content() instanceof Content.EncodedImage encoded) {
            decoder.decode(encoded.bytes(), sample.id().value(), 3).close();
        }
    }

    /** Samples at equal distances through the data set; those that cannot be read are left out. */
    private static void draw(SampleSource.Indexed source, ImageDecoder decoder, Path out) throws IOException {
        List<String> classes = source.classes();
        long count = Math.min(DRAWN, source.size());
        try (ContactSheet sheet = new ContactSheet("", COLUMNS, CELL, CELL)) {
            for (long i = 0; i < count; i++) {
                add(source, i * source.size() / count, decoder, classes, sheet);
            }
            try (Canvas canvas = sheet.draw()) {
                canvas.write(out);
            }
        }
    }

    /** Adds a sample; one that is bad is among the findings and is left out here. */
    private static void add(
            SampleSource.Indexed source, long index, ImageDecoder decoder, List<String> classes, ContactSheet sheet)
            throws IOException {
        Sample sample;
        Canvas drawn;
        try {
            sample = source.read(index);
            if (!(sample.content() instanceof Content.EncodedImage encoded)) {
                return;
            }
            drawn = canvas(decoder, sample, encoded, classes);
        } catch (DataException e) {
            return;
        }
        sheet.add(drawn, sample.id().value());
    }

    private static Canvas canvas(
            ImageDecoder decoder, Sample sample, Content.EncodedImage encoded, List<String> classes)
            throws DataException {
        try (Image image = decoder.decode(encoded.bytes(), sample.id().value(), 3)) {
            Canvas canvas = Canvas.copyOf(image.mat());
            Annotations.draw(canvas, sample.labels(), classes);
            return canvas;
        }
    }
}
