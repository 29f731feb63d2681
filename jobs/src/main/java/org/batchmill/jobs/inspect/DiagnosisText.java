package org.batchmill.jobs.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.records.doctor.Diagnosis;
import org.batchmill.records.doctor.Finding;

/** What the doctor found, as text. */
final class DiagnosisText {

    private static final int SHOWN = 20;

    private DiagnosisText() {}

    /** For people. */
    static List<String> lines(Diagnosis diagnosis) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%,d samples", diagnosis.samples()));
        lines.add("objects  " + diagnosis.objects());
        lines.add("sizes    " + diagnosis.sizes());
        diagnosis.notices().forEach(notice -> lines.add("notice   " + notice));
        for (Finding.Kind kind : Finding.Kind.values()) {
            long count = diagnosis.count(kind);
            if (count > 0) {
                lines.add(String.format(Locale.ROOT, "%,6d x %s", count, kind.word()));
                diagnosis.findings().stream()
                        .filter(finding -> finding.kind() == kind)
                        .limit(SHOWN)
                        .forEach(finding -> lines.add("         " + finding.sample() + ": " + finding.detail()));
            }
        }
        return lines;
    }

    /** With the keys of docs/cli.md. */
    static Map<String, Object> keys(Diagnosis diagnosis) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("samples", diagnosis.samples());
        keys.put("objects", diagnosis.objects());
        keys.put("sizes", diagnosis.sizes());
        keys.put("dropped_boxes", diagnosis.droppedBoxes());
        keys.put("clipped_boxes", diagnosis.clippedBoxes());
        keys.put("notices", diagnosis.notices());
        keys.put(
                "findings",
                diagnosis.findings().stream().map(DiagnosisText::keys).toList());
        return keys;
    }

    private static Map<String, Object> keys(Finding finding) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("kind", finding.kind().word());
        keys.put("sample", finding.sample().value());
        keys.put("detail", finding.detail());
        return keys;
    }
}
