package org.batchmill.train.loop;

/** The loss or a gradient is no longer a number. The message names the step, the first layer concerned and the samples. */
public class DivergenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DivergenceException(String message) {
        super(message);
    }
}
