package org.batchmill.jobs.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.ingest.packing.VerifyJob;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.jobs.inspect.RecordReport;
import org.batchmill.records.UsageException;
import org.batchmill.records.files.Damage;
import org.batchmill.records.files.RecordCheck;

/** Reads record files whole: framing, checksums, every Example, every image. Stateless. */
public final class VerifyRecordsJob {

    private VerifyRecordsJob() {}

    /**
     * What was found.
     *
     * @param intact whether nothing is damaged
     * @param lines  for people
     * @param toJson one line with the keys of docs/cli.md
     */
    public record Report(boolean intact, List<String> lines, String toJson) {}

    /**
     * Verifies files.
     *
     * @param files  files, patterns of files, or folders
     * @param repair a new file for what is intact of a single file; null changes nothing
     * @throws UsageException if several files are to be repaired into one
     * @throws IOException    if nothing matches, a file cannot be read at all, or the new one cannot be written
     */
    public static Report run(List<String> files, Path repair) throws IOException {
        if (repair != null && files.size() != 1) {
            throw new UsageException("--repair copies one file, not " + files.size());
        }
        List<RecordCheck> checks =
                repair == null ? VerifyJob.verify(files) : List.of(VerifyJob.repair(Places.of(files.get(0)), repair));
        List<String> lines = new ArrayList<>();
        checks.forEach(check -> show(check, lines));
        return new Report(checks.stream().allMatch(RecordCheck::isIntact), lines, RecordReport.toJson(checks));
    }

    private static void show(RecordCheck check, List<String> lines) {
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d intact records, %d damaged places",
                check.path(),
                check.records(),
                check.damaged().size()));
        for (Damage damage : check.damaged()) {
            lines.add("  " + damage.place() + ": " + damage.kind().word() + ": " + damage.reason());
        }
    }
}
