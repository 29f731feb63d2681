package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Box;

/**
 * Collects what a detector found in each image beside what is there, and evaluates it by the rules of PASCAL VOC and COCO. Used by one
 * thread at a time; {@link #scores()} may be asked at any time.
 *
 * <p>Detections should come from a decoder with a low threshold (.001), since every score that is cut off beforehand costs recall.
 */
public final class DetectionEvaluation {

    /** The score from which a detection counts in the confusion matrix. */
    public static final double CONFUSION_THRESHOLD = .25;

    private final List<String> classes;
    private final List<Scene> scenes = new ArrayList<>();
    private final ConfusionMatrix confusion;

    /** @param classes the detector's classes */
    public DetectionEvaluation(List<String> classes) {
        this.classes = List.copyOf(classes);
        this.confusion = new ConfusionMatrix(this.classes, CONFUSION_THRESHOLD, .5);
    }

    /**
     * One image.
     *
     * @param targets what is there; difficult objects and crowds neither need to be found nor count as wrong when they are
     * @param found in any order, in the same coordinates
     * @throws IllegalArgumentException if a true box has none of the classes
     */
    public void add(List<Box> targets, List<Detection> found) {
        int[] classIndexes = new int[targets.size()];
        for (int i = 0; i < classIndexes.length; i++) {
            classIndexes[i] = classes.indexOf(targets.get(i).className());
            if (classIndexes[i] < 0) {
                throw new IllegalArgumentException("class " + targets.get(i).className() + " is none of " + classes);
            }
        }
        Scene scene = new Scene(List.copyOf(targets), classIndexes, List.copyOf(found));
        scenes.add(scene);
        confusion.add(scene);
    }

    public DetectionScores scores() {
        List<DetectionScores.OfClass> ofClasses = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            ofClasses.add(ofClass(k));
        }
        return new DetectionScores(scenes.size(), ofClasses, confusion.counts(), CONFUSION_THRESHOLD);
    }

    private DetectionScores.OfClass ofClass(int classIndex) {
        PrecisionRecall voc = new VocMatching(.5).curve(scenes, classIndex);
        CocoMatching coco = new CocoMatching(scenes, classIndex);
        return new DetectionScores.OfClass(
                classes.get(classIndex),
                voc.objects(),
                voc.size(),
                voc.areaUnderCurve(),
                voc.elevenPoints(),
                new DetectionScores.Coco(
                        coco.averagePrecision(),
                        coco.averagePrecisionAt(.5),
                        coco.averagePrecisionAt(.75),
                        coco.averageRecall(1),
                        coco.averageRecall(10),
                        coco.averageRecall(100)),
                voc);
    }
}
