package org.batchmill.train.darknet;

import java.util.Locale;

/** Configurations of detectors as darknet's files have them. */
public final class DetectorText {

    private DetectorText() {}

    /** A detector of three classes on 64x64 pixels, at a size at which some steps are quick. */
    public static String small(int batch, int burnIn, int steps, boolean batchNorm, boolean dropout) {
        return String.format(
                        Locale.ROOT,
                        """
                [net]
                batch=%d
                subdivisions=2
                height=64
                width=64
                channels=3
                learning_rate=.001
                momentum=.9
                decay=.0005
                burn_in=%d
                max_batches=%d

                [convolutional]
                %sfilters=8
                size=3
                stride=4
                pad=1
                activation=leaky

                [maxpool]
                size=2
                stride=2

                %s[connected]
                output=637
                activation=linear

                """,
                        batch,
                        burnIn,
                        steps,
                        batchNorm ? "batch_normalize=1\n" : "",
                        dropout ? "[dropout]\nprobability=.2\n\n" : "")
                + detection(3)
                + "jitter=.2\n";
    }

    /** The last section, of YOLO v1 on 7x7 cells. */
    public static String detection(int classes) {
        return String.format(
                Locale.ROOT,
                """
                [detection]
                classes=%d
                coords=4
                rescore=1
                side=7
                num=2
                softmax=0
                sqrt=1
                object_scale=1
                noobject_scale=.5
                class_scale=1
                coord_scale=5
                """,
                classes);
    }
}
