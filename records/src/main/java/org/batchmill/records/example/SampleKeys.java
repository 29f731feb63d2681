package org.batchmill.records.example;

/**
 * The names of features. Those under {@code image/} are the ones that TensorFlow's object detection and classification tools
 * use; the others are ours.
 */
final class SampleKeys {

    static final String SOURCE_ID = "image/source_id";
    static final String FILENAME = "image/filename";
    static final String ENCODED = "image/encoded";
    static final String FORMAT = "image/format";
    static final String HEIGHT = "image/height";
    static final String WIDTH = "image/width";
    static final String CHANNELS = "image/channels";

    /** Pixels, row by row, channels innermost; with height, width and channels. */
    static final String PIXELS = "image/pixels";

    static final String XMIN = "image/object/bbox/xmin";
    static final String XMAX = "image/object/bbox/xmax";
    static final String YMIN = "image/object/bbox/ymin";
    static final String YMAX = "image/object/bbox/ymax";
    static final String OBJECT_TEXT = "image/object/class/text";
    static final String OBJECT_LABEL = "image/object/class/label";
    static final String DIFFICULT = "image/object/difficult";
    static final String TRUNCATED = "image/object/truncated";

    /** Written where an image has a crowd. */
    static final String CROWD = "image/object/is_crowd";

    static final String CLASS_TEXT = "image/class/text";
    static final String CLASS_LABEL = "image/class/label";

    /** The numbers of a table's row. */
    static final String FEATURES = "row/features";

    /** The numbers to predict from a table's row. */
    static final String TARGETS = "row/targets";

    static final String STEERING = "steering/angle";

    private SampleKeys() {}
}
