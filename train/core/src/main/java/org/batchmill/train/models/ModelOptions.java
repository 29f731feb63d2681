package org.batchmill.train.models;

import org.batchmill.train.network.Layer;

/**
 * What may vary in a model that has a name. A plain value.
 *
 * @param classes       classes of detectors and classifiers; answers of the models of tables
 * @param features      numbers in a row of a table
 * @param timeSteps     frames in a sample of the sequence models
 * @param batchNormRule the formulas of batch norm in detectors: darknet's for exact parity with weights trained there
 */
public record ModelOptions(int classes, int features, int timeSteps, Layer.BatchNorm.Rule batchNormRule) {

    public ModelOptions {
        if (classes < 1 || features < 1 || timeSteps < 1) {
            throw new IllegalArgumentException(
                    classes + " classes, " + features + " features, " + timeSteps + " time steps");
        }
    }

    /** 8 features, one frame a sample, the usual batch norm. */
    public static ModelOptions classes(int classes) {
        return new ModelOptions(classes, 8, 1, Layer.BatchNorm.Rule.STANDARD);
    }
}
