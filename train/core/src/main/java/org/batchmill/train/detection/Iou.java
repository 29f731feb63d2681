package org.batchmill.train.detection;

import java.util.List;
import org.batchmill.records.Box;

/** Intersection over union, and over the detection alone. Coordinates are continuous: no pixel is added to widths, as PASCAL's own program does. */
final class Iou {

    private Iou() {}

    static double iou(Detection a, Detection b) {
        return iou(a.xmin(), a.ymin(), a.xmax(), a.ymax(), b.xmin(), b.ymin(), b.xmax(), b.ymax());
    }

    static double iou(Detection a, Box b) {
        return iou(a.xmin(), a.ymin(), a.xmax(), a.ymax(), b.xmin(), b.ymin(), b.xmax(), b.ymax());
    }

    /** The share of a detection that lies in a box: COCO's overlap with a crowd, which no detection can fill. */
    static double shareInside(Detection a, Box b) {
        double area = ((double) a.xmax() - a.xmin()) * ((double) a.ymax() - a.ymin());
        return area > 0 ? intersection(a, b) / area : 0;
    }

    /** Whether COCO's rule gives a detection to one of the crowds among some boxes. */
    static boolean isInCrowd(Detection detection, List<Box> boxes, double minimumIou) {
        return boxes.stream().anyMatch(box -> box.crowd() && shareInside(detection, box) >= minimumIou);
    }

    private static double intersection(Detection a, Box b) {
        double width = Math.min((double) a.xmax(), b.xmax()) - Math.max((double) a.xmin(), b.xmin());
        double height = Math.min((double) a.ymax(), b.ymax()) - Math.max((double) a.ymin(), b.ymin());
        return width > 0 && height > 0 ? width * height : 0;
    }

    private static double iou(
            double xmin, double ymin, double xmax, double ymax, double left, double top, double right, double bottom) {
        double width = Math.min(xmax, right) - Math.max(xmin, left);
        double height = Math.min(ymax, bottom) - Math.max(ymin, top);
        if (!(width > 0 && height > 0)) {
            return 0;
        }
        double intersection = width * height;
        return intersection / ((xmax - xmin) * (ymax - ymin) + (right - left) * (bottom - top) - intersection);
    }
}
