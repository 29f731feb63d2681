package org.batchmill.engine.torch.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** What libtorch throws where a device's memory is not enough, in one line with advice. */
public final class OutOfMemory {

    private OutOfMemory() {}

    /**
     * What is to be thrown for a failure.
     *
     * @param device what the user calls it
     * @param rows   in the call
     */
    public static RuntimeException told(RuntimeException failure, String device, int rows) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        boolean isIt = message.contains("out of memory")
                || message.contains("can't allocate memory")
                || message.contains("not enough memory");
        return isIt
                ? new UncheckedIOException(new IOException(
                        device + " has not enough memory for " + rows
                                + " rows at a time: take a smaller --batch or more --subdivisions",
                        failure))
                : failure;
    }
}
