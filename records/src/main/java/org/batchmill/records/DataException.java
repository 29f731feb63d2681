package org.batchmill.records;

import java.io.IOException;
import java.util.Objects;

/**
 * The data is bad. The message is one line that names the file, the place in it and the cause. The command line ends with exit
 * code 1.
 */
public class DataException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What is wrong, in the words that the command line and its JSON use. */
    public enum Kind {
        /** It ends too early. */
        TRUNCATED("truncated"),
        /** A checksum or a structure does not hold. */
        CORRUPT("corrupt"),
        /** Larger than a limit that protects memory. */
        TOO_LARGE("too-large"),
        /** Well formed, but of a kind that is not read here. */
        UNSUPPORTED("unsupported"),
        /** A file, a picture or a label is not there. */
        MISSING("missing"),
        /** The label contradicts itself or its picture. */
        BAD_ANNOTATION("bad-annotation");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The word for it, in lower case with hyphens. */
        public String word() {
            return word;
        }
    }

    private final Kind kind;
    private final String where;
    private final String reason;

    /**
     * @param kind   what is wrong
     * @param where  the file and the place in it: {@code a.tfrecord: record 3 at byte 1024}
     * @param reason the cause, without file and place
     */
    public DataException(Kind kind, String where, String reason) {
        this(kind, where, reason, null);
    }

    public DataException(Kind kind, String where, String reason, Throwable cause) {
        super(where + ": " + kind.word() + ": " + reason, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.where = where;
        this.reason = reason;
    }

    public Kind kind() {
        return kind;
    }

    public String where() {
        return where;
    }

    public String reason() {
        return reason;
    }
}
