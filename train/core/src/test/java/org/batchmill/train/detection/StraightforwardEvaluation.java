package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.batchmill.records.Box;

/**
 * A second implementation of the evaluation, as slow and as plain as the definitions, that shares no code with the first: every
 * threshold is matched anew, and precision is interpolated by looking at every point.
 */
final class StraightforwardEvaluation {

    /** One image. */
    record Image(List<Box> targets, List<Detection> found) {}

    private final List<Image> images;
    private final String className;
    private final int classIndex;

    StraightforwardEvaluation(List<Image> images, String className, int classIndex) {
        this.images = images;
        this.className = className;
        this.classIndex = classIndex;
    }

    double voc(boolean elevenPoints) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Image image : images) {
            List<Box> targets = targets(image);
            List<Box> taken = new ArrayList<>();
            for (Detection d : falling(image)) {
                Box best = targets.stream()
                        .max(Comparator.comparingDouble(b -> iou(d, b)))
                        .filter(b -> iou(d, b) >= .5)
                        .orElse(null);
                if (best == null) {
                    verdicts.add(new Verdict(d.score(), false));
                } else if (!best.difficult()) {
                    boolean free = !taken.contains(best);
                    taken.add(best);
                    verdicts.add(new Verdict(d.score(), free));
                }
            }
        }
        List<double[]> points = points(verdicts);
        if (elevenPoints) {
            double sum = 0;
            for (int tenth = 0; tenth <= 10; tenth++) {
                sum += best(points, tenth / 10.0);
            }
            return sum / 11;
        }
        double area = 0;
        double last = 0;
        for (double[] point : points) {
            area += (point[0] - last) * best(points, point[0]);
            last = point[0];
        }
        return area;
    }

    double coco() {
        double sum = 0;
        for (int t = 50; t <= 95; t += 5) {
            List<double[]> points = points(cocoVerdicts(t / 100.0, 100));
            for (int i = 0; i <= 100; i++) {
                sum += best(points, i * .01);
            }
        }
        return sum / 101 / 10;
    }

    double cocoRecall(int most) {
        double sum = 0;
        for (int t = 50; t <= 95; t += 5) {
            List<double[]> points = points(cocoVerdicts(t / 100.0, most));
            sum += points.isEmpty() ? 0 : points.get(points.size() - 1)[0];
        }
        return sum / 10;
    }

    private record Verdict(float score, boolean right) {}

    private List<Verdict> cocoVerdicts(double threshold, int most) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Image image : images) {
            List<Box> free = new ArrayList<>(targets(image));
            for (Detection d : falling(image).stream().limit(most).toList()) {
                Box plain = nearest(d, free, threshold, false);
                Box chosen = plain != null ? plain : nearest(d, free, threshold, true);
                free.remove(chosen);
                if (chosen == null || !chosen.difficult()) {
                    verdicts.add(new Verdict(d.score(), chosen != null));
                }
            }
        }
        return verdicts;
    }

    private static Box nearest(Detection d, List<Box> boxes, double threshold, boolean difficult) {
        return boxes.stream()
                .filter(b -> b.difficult() == difficult && iou(d, b) >= threshold)
                .max(Comparator.comparingDouble(b -> iou(d, b)))
                .orElse(null);
    }

    /** [recall, precision] after each detection. */
    private List<double[]> points(List<Verdict> verdicts) {
        long objects = images.stream()
                .flatMap(p -> targets(p).stream())
                .filter(b -> !b.difficult())
                .count();
        List<Verdict> falling = new ArrayList<>(verdicts);
        falling.sort((a, b) -> Float.compare(b.score(), a.score()));
        List<double[]> points = new ArrayList<>();
        for (int n = 1; n <= falling.size(); n++) {
            long right = falling.subList(0, n).stream().filter(Verdict::right).count();
            points.add(new double[] {(double) right / objects, (double) right / n});
        }
        return points;
    }

    private static double best(List<double[]> points, double recall) {
        return points.stream()
                .filter(p -> p[0] >= recall)
                .mapToDouble(p -> p[1])
                .max()
                .orElse(0);
    }

    private List<Box> targets(Image image) {
        return image.targets().stream()
                .filter(b -> b.className().equals(className))
                .toList();
    }

    private List<Detection> falling(Image image) {
        return image.found().stream()
                .filter(d -> d.classIndex() == classIndex)
                .sorted((a, b) -> Float.compare(b.score(), a.score()))
                .toList();
    }

    private static double iou(Detection d, Box b) {
        double w = Math.max(0, Math.min(d.xmax(), (double) b.xmax()) - Math.max(d.xmin(), (double) b.xmin()));
        double h = Math.max(0, Math.min(d.ymax(), (double) b.ymax()) - Math.max(d.ymin(), (double) b.ymin()));
        double areas = ((double) d.xmax() - d.xmin()) * ((double) d.ymax() - d.ymin())
                + ((double) b.xmax() - b.xmin()) * ((double) b.ymax() - b.ymin());
        return w * h / (areas - w * h);
    }
}
