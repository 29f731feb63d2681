package org.batchmill.train.detection;

import java.util.List;
import org.batchmill.records.Box;

/**
 * An object that a detector found. Coordinates are fractions of the picture that the network saw and may reach beyond it.
 *
 * @param classIndex into the detector's classes
 * @param score      class value times confidence
 */
public record Detection(int classIndex, float score, float xmin, float ymin, float xmax, float ymax) {

    /** Its place as a box, for {@link org.batchmill.augment.PictureMapping#toOriginal} and for drawing. */
    public Box box(List<String> classes) {
        return new Box(classes.get(classIndex), xmin, ymin, xmax, ymax);
    }

    /** The same object at another place. */
    public Detection at(Box box) {
        return new Detection(classIndex, score, box.xmin(), box.ymin(), box.xmax(), box.ymax());
    }
}
