package org.batchmill.train.models;

import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;

/** Networks over rows of numbers. */
final class TableModels {

    private TableModels() {}

    /** The features, 12 relu units, 1 logit for each yes-no answer. */
    static Network table(ModelOptions options) {
        return answers(new Stack(), options).build("table", Shape.vector(options.features()));
    }

    /** The same behind a batch norm, which brings columns of any unit to one scale. */
    static Network tableBatchNorm(ModelOptions options) {
        return answers(new Stack().batchNorm(options.batchNormRule(), .9f), options)
                .build("table-bn", Shape.vector(options.features()));
    }

    private static Stack answers(Stack stack, ModelOptions options) {
        return stack.dense(12, Initializer.GLOROT_UNIFORM).relu().dense(options.classes(), Initializer.GLOROT_UNIFORM);
    }

    /** {@code y = w x + b}, for any number of x and y. */
    static Network line(ModelOptions options) {
        return new Stack()
                .dense(options.classes(), new Initializer.Normal(0, 1))
                .build("line", Shape.vector(options.features()));
    }
}
