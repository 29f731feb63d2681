package org.batchmill.ingest.sources.kafka;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;

/** What the value of a message is. */
public enum MessageFormat {
    /** Told from the first bytes of each message. */
    AUTO,
    /** A tf.train.Example: one sample. */
    EXAMPLE,
    /** An Arrow IPC stream in the columns of Arrow sample files: many samples. */
    ARROW,
    /** An encoded picture, usually JPEG; its label stands in the headers {@code class}, {@code boxes} or {@code steering}. */
    IMAGE;

    /** Its name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The format of a name.
     *
     * @throws UsageException if there is none
     */
    public static MessageFormat parse(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new UsageException("the message format is one of "
                        + Arrays.stream(values()).map(MessageFormat::word).collect(Collectors.joining(", ")) + ", not "
                        + word));
    }
}
