package org.batchmill.train.models;

import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;

/** Networks over rows of numbers. */
final class TableModels {

    private TableModels() {}

    /** The features, 12 relu units, 1 logit of a yes-no answer. */
    static Network table(ModelOptions options) {
        return new Stack()
                .dense(12, Initializer.GLOROT_UNIFORM)
                .relu()
                .dense(1, Initializer.GLOROT_UNIFORM)
                .build("table", Shape.vector(options.features()));
    }

    /** {@code y = w x + b}. */
    static Network line() {
        return new Stack().dense(1, new Initializer.Normal(0, 1)).build("line", Shape.vector(1));
    }
}
