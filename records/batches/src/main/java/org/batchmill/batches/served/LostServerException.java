package org.batchmill.batches.served;

import java.io.IOException;

/** No server is at the other side of a link: there may be one later. The message is one line. */
public final class LostServerException extends IOException {

    private static final long serialVersionUID = 1L;

    public LostServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
