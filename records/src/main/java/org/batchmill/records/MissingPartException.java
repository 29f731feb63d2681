package org.batchmill.records;

/**
 * A part of the machine or of the installation is missing: a native library, a device, an engine. The message is one line that
 * says what to do; the command line ends with exit code 3.
 */
public class MissingPartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MissingPartException(String message) {
        super(message);
    }

    public MissingPartException(String message, Throwable cause) {
        super(message, cause);
    }
}
