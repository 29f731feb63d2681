package org.batchmill.train.collective;

/** A rank of the gang ended, does not answer or did not come in time. One line that names the rank where that is known. */
public final class LostRankException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public LostRankException(String message) {
        super(message);
    }

    public LostRankException(String message, Throwable cause) {
        super(message, cause);
    }
}
