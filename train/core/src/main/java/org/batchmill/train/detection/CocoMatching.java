package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.batchmill.records.Box;

/**
 * COCO's rule, for one class: image by image and by falling score, a detection takes the free true box that it overlaps most, if that
 * is enough; difficult boxes and crowds are taken only where no other fits, and then the detection does not count. A crowd takes any
 * number of detections, by the share of each that lies in it. At most 100 detections an image and class are looked at. Follows the
 * published evaluation program of COCO (area: all).
 */
final class CocoMatching {

    private static final int MOST_DETECTIONS = 100;
    private static final int THRESHOLDS = 10;

    /** One image's boxes, those that count first, and its detections by falling score, with their overlaps. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Image(List<Detection> detections, boolean[] ignored, boolean[] crowds, double[][] overlaps) {}

    private record Outcome(float score, boolean right) {}

    private final List<Image> images = new ArrayList<>();
    private int objects;

    CocoMatching(List<Scene> scenes, int classIndex) {
        for (Scene scene : scenes) {
            List<Box> boxes = new ArrayList<>(scene.targetOf(classIndex));
            boxes.sort(Comparator.comparing(CocoMatching::isIgnored));
            List<Detection> detections = scene.foundOf(classIndex).stream()
                    .sorted(Comparator.comparingDouble(Detection::score).reversed())
                    .limit(MOST_DETECTIONS)
                    .toList();
            boolean[] ignored = new boolean[boxes.size()];
            boolean[] crowds = new boolean[boxes.size()];
            double[][] overlaps = new double[detections.size()][boxes.size()];
            for (int box = 0; box < ignored.length; box++) {
                ignored[box] = isIgnored(boxes.get(box));
                crowds[box] = boxes.get(box).crowd();
                objects += ignored[box] ? 0 : 1;
                for (int i = 0; i < overlaps.length; i++) {
                    overlaps[i][box] = crowds[box]
                            ? Iou.shareInside(detections.get(i), boxes.get(box))
                            : Iou.iou(detections.get(i), boxes.get(box));
                }
            }
            images.add(new Image(detections, ignored, crowds, overlaps));
        }
    }

    private static boolean isIgnored(Box box) {
        return box.difficult() || box.crowd();
    }

    /** The mean over the IoUs .5, .55, ... .95; NaN if there are no objects. */
    double averagePrecision() {
        double sum = 0;
        for (int i = 0; i < THRESHOLDS; i++) {
            sum += averagePrecisionAt(iou(i));
        }
        return sum / THRESHOLDS;
    }

    double averagePrecisionAt(double minimumIou) {
        return curve(minimumIou, MOST_DETECTIONS).hundredAndOnePoints();
    }

    /** The mean over the IoUs of the recall with so many detections an image; NaN if there are no objects. */
    double averageRecall(int detectionsPerImage) {
        double sum = 0;
        for (int i = 0; i < THRESHOLDS; i++) {
            sum += curve(iou(i), detectionsPerImage).finalRecall();
        }
        return sum / THRESHOLDS;
    }

    private static double iou(int index) {
        return (50 + 5 * index) / 100.0;
    }

    private PrecisionRecall curve(double minimumIou, int detectionsPerImage) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Image image : images) {
            match(image, minimumIou, detectionsPerImage, outcomes);
        }
        outcomes.sort(Comparator.comparingDouble(Outcome::score).reversed());
        PrecisionRecall curve = new PrecisionRecall(objects);
        for (Outcome outcome : outcomes) {
            curve.add(outcome.score(), outcome.right());
        }
        return curve;
    }

    private static void match(Image image, double minimumIou, int most, List<Outcome> outcomes) {
        boolean[] taken = new boolean[image.ignored().length];
        for (int i = 0; i < Math.min(most, image.detections().size()); i++) {
            int box = freeBox(image, i, taken, minimumIou);
            if (box >= 0) {
                taken[box] = true;
            }
            if (box < 0 || !image.ignored()[box]) {
                outcomes.add(new Outcome(image.detections().get(i).score(), box >= 0));
            }
        }
    }

    private static int freeBox(Image image, int detection, boolean[] taken, double minimumIou) {
        int best = -1;
        double most = minimumIou;
        for (int box = 0; box < taken.length; box++) {
            if (best >= 0 && image.ignored()[box] && !image.ignored()[best]) {
                break;
            }
            double overlap = image.overlaps()[detection][box];
            if ((!taken[box] || image.crowds()[box]) && overlap >= most) {
                most = overlap;
                best = box;
            }
        }
        return best;
    }
}
