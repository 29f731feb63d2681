package org.batchmill.ingest.sources.kafka;

import java.io.IOException;

/**
 * A topic cannot be read or written as asked: the broker refuses, messages that are needed are gone, the group is somebody else's. The
 * message is one line without secrets. Not a bad sample: no error policy passes over it.
 */
public class TopicException extends IOException {

    private static final long serialVersionUID = 1L;

    public TopicException(String message) {
        super(message);
    }

    public TopicException(String message, Throwable cause) {
        super(message, cause);
    }
}
