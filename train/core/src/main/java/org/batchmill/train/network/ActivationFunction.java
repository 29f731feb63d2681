package org.batchmill.train.network;

/** Element-wise functions, and softmax over the features of a sample. */
public enum ActivationFunction {
    LINEAR,
    RELU,
    /** x from 0 to 6, and what is nearest beyond. */
    RELU6,
    /** x for x above 0, alpha x below. */
    LEAKY_RELU,
    /** x for x above 0, alpha (e^x - 1) below. */
    ELU,
    SIGMOID,
    TANH,
    SOFTMAX
}
