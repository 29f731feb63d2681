package org.batchmill.jobs.detect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.records.Sample;

/** A detector that says what it found as JSON keys. */
final class SampleDetection implements SamplePredictor {

    private final Detector detector;

    /** @param detector is closed with this */
    SampleDetection(Detector detector) {
        this.detector = detector;
    }

    @Override
    public List<Prediction> predict(List<Sample> samples) throws InterruptedException {
        List<Prediction> predictions = new ArrayList<>();
        Detector.Group ahead = begin(samples, 0);
        try {
            for (int next = Detector.MOST; ahead != null; next += Detector.MOST) {
                Detector.Group now = ahead;
                ahead = begin(samples, next);
                detector.outcomes(now).forEach(outcome -> predictions.add(prediction(outcome)));
            }
        } finally {
            if (ahead != null) {
                detector.abandon(ahead);
            }
        }
        return predictions;
    }

    private Detector.Group begin(List<Sample> samples, int from) {
        return from < samples.size()
                ? detector.begin(samples.subList(from, Math.min(samples.size(), from + Detector.MOST)))
                : null;
    }

    private static Prediction prediction(Detector.Outcome outcome) {
        if (outcome.failure() != null) {
            return new Prediction(Map.of(), outcome.failure());
        }
        Detector.Findings findings = outcome.findings();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("width", findings.width());
        keys.put("height", findings.height());
        keys.put(
                "boxes",
                findings.found().stream()
                        .map(one -> DetectJob.FoundBox.of(one, findings.width(), findings.height())
                                .keys())
                        .toList());
        return new Prediction(keys, null);
    }

    @Override
    public void close() {
        detector.close();
    }
}
