package org.batchmill.engine.cudnn;

import org.batchmill.train.network.ActivationFunction;

/** The numbers by which kernels know what they are asked for: those of the enums in their source. */
final class KernelCodes {

    private KernelCodes() {}

    /** @throws IllegalArgumentException for softmax, which is not element-wise */
    static int of(ActivationFunction function) {
        return switch (function) {
            case LINEAR -> 0;
            case RELU -> 1;
            case LEAKY_RELU -> 2;
            case ELU -> 3;
            case SIGMOID -> 4;
            case TANH -> 5;
            case RELU6 -> 6;
            case SOFTMAX -> throw new IllegalArgumentException("softmax is not element-wise");
        };
    }
}
