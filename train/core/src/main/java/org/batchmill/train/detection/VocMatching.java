package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.batchmill.records.Box;

/**
 * PASCAL VOC's rule: by falling score over all images, a detection belongs to the true box that it overlaps most. It is right if the
 * overlap is enough and the box is not taken yet; on a difficult box it does not count; else it is wrong (Everingham et al. 2010). PASCAL
 * VOC knows no crowds: they are no boxes here, but a detection that would be wrong does not count if COCO's rule gives it to a crowd.
 */
record VocMatching(double minimumIou) {

    private record Candidate(int scene, Detection detection) {}

    PrecisionRecall curve(List<Scene> scenes, int classIndex) {
        List<List<Box>> targets = new ArrayList<>();
        List<List<Box>> crowds = new ArrayList<>();
        List<boolean[]> taken = new ArrayList<>();
        List<Candidate> candidates = new ArrayList<>();
        int objects = 0;
        for (int i = 0; i < scenes.size(); i++) {
            List<Box> boxes = new ArrayList<>(scenes.get(i).targetOf(classIndex));
            crowds.add(boxes.stream().filter(Box::crowd).toList());
            boxes.removeIf(Box::crowd);
            targets.add(boxes);
            taken.add(new boolean[boxes.size()]);
            objects += (int) boxes.stream().filter(box -> !box.difficult()).count();
            for (Detection detection : scenes.get(i).foundOf(classIndex)) {
                candidates.add(new Candidate(i, detection));
            }
        }
        candidates.sort(Comparator.comparingDouble(
                        (Candidate candidate) -> candidate.detection().score())
                .reversed());
        PrecisionRecall curve = new PrecisionRecall(objects);
        for (Candidate candidate : candidates) {
            List<Box> boxes = targets.get(candidate.scene());
            Detection detection = candidate.detection();
            int nearest = nearest(detection, boxes);
            if (nearest >= 0 && boxes.get(nearest).difficult()) {
                continue;
            }
            boolean[] takenHere = taken.get(candidate.scene());
            boolean right = nearest >= 0 && !takenHere[nearest];
            if (right) {
                takenHere[nearest] = true;
            }
            if (right || !Iou.isInCrowd(detection, crowds.get(candidate.scene()), minimumIou)) {
                curve.add(detection.score(), right);
            }
        }
        return curve;
    }

    /** The box that is overlapped most, if that is enough; else -1. */
    private int nearest(Detection detection, List<Box> boxes) {
        int nearest = -1;
        double most = 0;
        for (int i = 0; i < boxes.size(); i++) {
            double iou = Iou.iou(detection, boxes.get(i));
            if (iou > most) {
                most = iou;
                nearest = i;
            }
        }
        return most >= minimumIou ? nearest : -1;
    }
}
