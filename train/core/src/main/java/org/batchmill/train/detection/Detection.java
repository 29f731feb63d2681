package org.batchmill.train.detection;

import java.util.List;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Box;

/**
 * An object that a detector found. Coordinates are fractions of the image that the network saw and may reach beyond it.
 *
 * @param classIndex into the detector's classes
 * @param score      class value times confidence
 */
public record Detection(int classIndex, float score, float xmin, float ymin, float xmax, float ymax) {

    /** Its place as a box, for {@link org.batchmill.batches.ImageMapping#toOriginal} and for drawing. */
    public Box box(List<String> classes) {
        return new Box(classes.get(classIndex), xmin, ymin, xmax, ymax);
    }

    /**
     * The part of it that lies in the image: bars beside the image, and what was not shown to the network, are none of it.
     *
     * @param mapping from the image that the network saw to its original
     * @return null if nothing lies in the image
     */
    public Detection visible(ImageMapping mapping) {
        float left = (float) Math.max(0, edge(0, mapping.originX(), mapping.spanX()));
        float right = (float) Math.min(1, edge(1, mapping.originX(), mapping.spanX()));
        float top = (float) Math.max(0, edge(0, mapping.originY(), mapping.spanY()));
        float bottom = (float) Math.min(1, edge(1, mapping.originY(), mapping.spanY()));
        Detection part = new Detection(
                classIndex,
                score,
                Math.max(left, xmin),
                Math.max(top, ymin),
                Math.min(right, xmax),
                Math.min(bottom, ymax));
        return part.xmin < part.xmax && part.ymin < part.ymax ? part : null;
    }

    /** Where the original begins (0) or ends (1) in what the network saw; a flip exchanges them. */
    private static double edge(int end, double origin, double span) {
        return ((span > 0 ? end : 1 - end) - origin) / span;
    }

    /** The same object at another place. */
    public Detection at(Box box) {
        return new Detection(classIndex, score, box.xmin(), box.ymin(), box.xmax(), box.ymax());
    }
}
