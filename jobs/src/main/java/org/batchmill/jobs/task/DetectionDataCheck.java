package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.BoxRules;
import org.batchmill.records.SampleSource;
import org.batchmill.records.doctor.DataDoctor;
import org.batchmill.records.doctor.Diagnosis;
import org.batchmill.records.doctor.Finding;
import org.batchmill.train.detection.DetectionTask;

/** What the data set doctor finds that matters to YOLO v1, before a training begins. */
final class DetectionDataCheck {

    private DetectionDataCheck() {}

    /** One line for each kind of finding, with counts; none for a healthy data set. */
    static List<String> lines(SampleSource.Indexed source, DetectionTask task) throws IOException {
        int side = task.loss().grid().side();
        Diagnosis diagnosis =
                DataDoctor.examine(ThinnedSamples.of(source), new BoxRules(task.classes()), side, sample -> {});
        long objects =
                diagnosis.objects().values().stream().mapToLong(Long::longValue).sum();
        List<String> lines = new ArrayList<>();
        for (Finding.Kind kind : Finding.Kind.values()) {
            long count = diagnosis.count(kind);
            if (count > 0) {
                long samples = diagnosis.findings().stream()
                        .filter(finding -> finding.kind() == kind)
                        .map(Finding::sample)
                        .distinct()
                        .count();
                lines.add("doctor: " + sentence(kind, count, samples, objects, side));
            }
        }
        return lines;
    }

    private static String sentence(Finding.Kind kind, long count, long samples, long objects, int side) {
        return switch (kind) {
            case SHARED_CELL ->
                String.format(
                        Locale.ROOT,
                        "%d of %d objects, in %d images, share a cell of %d x %d with another: a cell learns one",
                        count,
                        objects,
                        samples,
                        side,
                        side);
            case TINY_BOX ->
                count + " objects, in " + samples + " images, are less than " + DataDoctor.TINY_PIXELS
                        + " pixels wide or high";
            case ZERO_BOX -> samples + " images have boxes without area, which are left out";
            case CLIPPED_BOX -> samples + " images have boxes that reach beyond the edge, which are clipped";
            case DOUBLE_BOX -> count + " objects, in " + samples + " images, are labelled twice";
            case IMAGE_WITHOUT_LABELS -> samples + " images have no objects";
            case LABELS_WITHOUT_IMAGE -> samples + " labels have no image";
            case CROWD -> samples + " images have crowds, which are not taught";
            case TURNED ->
                samples
                        + " images are turned by EXIF in a way that sizes cannot tell: boxes are taken for those of"
                        + " the images shown upright";
            case DUPLICATE -> samples + " images have the same bytes as another";
            case DAMAGED -> samples + " samples cannot be read";
        };
    }
}
