package org.batchmill.records.doctor;

import java.util.Locale;
import org.batchmill.records.SampleId;

/**
 * Something that the doctor noticed about one sample.
 *
 * @param kind   what it is
 * @param sample which sample
 * @param detail in words, with numbers
 */
public record Finding(Kind kind, SampleId sample, String detail) {

    /** What can be noticed. */
    public enum Kind {
        /** The image or its labels cannot be read: the detail is the error. */
        DAMAGED,
        /** The labels are there, the image is not. */
        LABELS_WITHOUT_IMAGE,
        /** The image is there, but no labels, or no object in them. */
        IMAGE_WITHOUT_LABELS,
        /** Boxes without area, which are left out. */
        ZERO_BOX,
        /** Boxes that reach up to a pixel beyond their image, and are clipped. */
        CLIPPED_BOX,
        /** A box is less than {@link DataDoctor#TINY_PIXELS} pixels wide or high. */
        TINY_BOX,
        /** Two objects have their centres in one cell of YOLO's grid, which can learn only one. */
        SHARED_CELL,
        /** The same object is labelled twice: boxes of one class that overlap almost whole. */
        DOUBLE_BOX,
        /** Boxes around groups of objects, which are not taught and are checked by a rule of their own. */
        CROWD,
        /** The image is turned by EXIF, and nothing tells whether its boxes are those of the image shown upright. */
        TURNED,
        /** The same bytes as another image. */
        DUPLICATE;

        /** The word for it, in lower case with hyphens. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
