package org.batchmill.ingest.sources.kafka;

import java.util.Locale;

/** What the value of a message is. */
public enum MessageFormat {
    /** Told from the first bytes of each message. */
    AUTO,
    /** A tf.train.Example: one sample. */
    EXAMPLE,
    /** An Arrow IPC stream in the columns of Arrow sample files: many samples. */
    ARROW,
    /** An encoded image, usually JPEG; its label stands in the headers {@code class}, {@code boxes} or {@code steering}. */
    IMAGE;

    /** Its name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
