package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How often an object of one class was taken for another. By falling score each detection takes the free true box, of whatever class,
 * that it overlaps most, if that is enough; difficult boxes and crowds count nowhere, nor do detections on them. The last row and column
 * stand for the background: objects that nothing was found at, detections where nothing is.
 */
final class ConfusionMatrix {

    private final int background;
    private final double minimumScore;
    private final double minimumIou;
    private final int[][] counts;

    ConfusionMatrix(List<String> classes, double minimumScore, double minimumIou) {
        this.background = classes.size();
        this.minimumScore = minimumScore;
        this.minimumIou = minimumIou;
        this.counts = new int[background + 1][background + 1];
    }

    void add(Scene scene) {
        boolean[] taken = new boolean[scene.targets().size()];
        List<Detection> falling = new ArrayList<>(scene.found());
        falling.removeIf(detection -> detection.score() < minimumScore);
        falling.sort(Comparator.comparingDouble(Detection::score).reversed());
        for (Detection detection : falling) {
            int box = freeBox(scene, detection, taken);
            if (box < 0 && Iou.isInCrowd(detection, scene.targets(), minimumIou)) {
                continue;
            }
            if (box < 0) {
                counts[background][detection.classIndex()]++;
                continue;
            }
            taken[box] = true;
            if (!scene.targets().get(box).difficult()) {
                counts[scene.classIndexes()[box]][detection.classIndex()]++;
            }
        }
        for (int box = 0; box < taken.length; box++) {
            if (!taken[box]
                    && !scene.targets().get(box).difficult()
                    && !scene.targets().get(box).crowd()) {
                counts[scene.classIndexes()[box]][background]++;
            }
        }
    }

    private int freeBox(Scene scene, Detection detection, boolean[] taken) {
        int best = -1;
        double most = 0;
        for (int box = 0; box < taken.length; box++) {
            double iou = Iou.iou(detection, scene.targets().get(box));
            if (!taken[box] && !scene.targets().get(box).crowd() && iou >= minimumIou && iou > most) {
                most = iou;
                best = box;
            }
        }
        return best;
    }

    /** [true class, background last][found class, background last]. */
    int[][] counts() {
        int[][] copy = new int[counts.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts[i].clone();
        }
        return copy;
    }
}
