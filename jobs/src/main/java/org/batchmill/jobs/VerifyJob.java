package org.batchmill.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.records.files.RecordCheck;
import org.batchmill.records.files.SampleCheck;
import org.batchmill.records.tfrecord.ReadOptions;

/** Reads record files whole: framing, checksums, every Example, every picture. */
public final class VerifyJob {

    private static final String WORK = "verifying";

    private VerifyJob() {}

    /**
     * Verifies files.
     *
     * @param patterns files or globs
     * @param repair   where the intact records of the only file are copied to; null for nowhere
     * @throws IOException if a file cannot be read at all; damage inside is no exception
     */
    public static List<RecordCheck> run(List<String> patterns, Path repair, JobListener listener) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String pattern : patterns) {
            files.addAll(Sources.files(pattern));
        }
        if (repair != null && files.size() != 1) {
            throw new UsageException("--repair copies one file, not " + files.size());
        }
        List<RecordCheck> checks = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator)) {
            SampleCheck pictures = sample -> decode(decoder, sample);
            for (Path file : files) {
                checks.add(
                        repair == null
                                ? RecordCheck.verify(file, ReadOptions.defaults(), pictures)
                                : RecordCheck.repair(file, repair, ReadOptions.defaults(), pictures));
                listener.progress(WORK, checks.size(), files.size(), "");
            }
        }
        listener.finished(WORK);
        return checks;
    }

    /** A picture that does not decode is damage; what is no encoded picture was judged already. */
    static void decode(ImageDecoder decoder, Sample sample) throws DataException {
        if (sample.content() instanceof Content.EncodedImage image) {
            decoder.decode(image.bytes(), sample.id().value(), 3).close();
        }
    }

    /** One line with the keys of docs/cli.md. */
    public static String toJson(List<RecordCheck> checks) {
        return JsonLine.of(Map.of("files", checks.stream().map(VerifyJob::keys).toList()));
    }

    static Map<String, Object> keys(RecordCheck check) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("path", check.path().toString());
        keys.put("records", check.records());
        keys.put("bytes", check.bytes());
        keys.put("compression", check.compression().name().toLowerCase(Locale.ROOT));
        keys.put(
                "damaged",
                check.damaged().stream()
                        .map(damage -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("offset", damage.offset());
                            one.put("reason", damage.kind().word() + ": " + damage.reason());
                            return one;
                        })
                        .toList());
        return keys;
    }
}
