package org.batchmill.train.models;

import java.util.Objects;
import org.batchmill.train.network.Layer;

/**
 * What may vary in a model that has a name. A plain value; the methods that take one give a changed copy.
 *
 * @param classes       classes of detectors and classifiers; answers of the models of tables
 * @param features      numbers in a row of a table
 * @param frames        frames in a sample of the steering models: time steps of those with an LSTM, else stacked channels
 * @param height        rows of the image of the steering models and of the classifiers of images but lenet5; 0 for the model's own
 * @param width         columns of it; 0 for the model's own
 * @param batchNormRule the formulas of batch norm in detectors: darknet's for exact parity with weights trained there
 */
public record ModelOptions(
        int classes, int features, int frames, int height, int width, Layer.BatchNorm.Rule batchNormRule) {

    public ModelOptions {
        Objects.requireNonNull(batchNormRule, "batchNormRule");
        if (classes < 1 || features < 1 || frames < 1) {
            throw new IllegalArgumentException(classes + " classes, " + features + " features, " + frames + " frames");
        }
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException("an image of " + height + " x " + width);
        }
    }

    /** 8 features, one frame a sample, the model's own image size, the usual batch norm. */
    public static ModelOptions classes(int classes) {
        return new ModelOptions(classes, 8, 1, 0, 0, Layer.BatchNorm.Rule.STANDARD);
    }

    public ModelOptions features(int value) {
        return new ModelOptions(classes, value, frames, height, width, batchNormRule);
    }

    public ModelOptions batchNorm(Layer.BatchNorm.Rule value) {
        return new ModelOptions(classes, features, frames, height, width, value);
    }

    public ModelOptions frames(int value) {
        return new ModelOptions(classes, features, value, height, width, batchNormRule);
    }

    public ModelOptions image(int rows, int columns) {
        return new ModelOptions(classes, features, frames, rows, columns, batchNormRule);
    }
}
