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
        /** A file, an image or a label is not there. */
        MISSING("missing"),
        /** The label contradicts itself or its image. */
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

    /** A name or a value out of a damaged file may be megabytes long. */
    private static final int LONGEST = 4096;

    private final Kind kind;
    private final String where;
    private final String reason;

    /**
     * @param kind   what is wrong
     * @param where  the file and the place in it: {@code a.tfrecord: record 3 at byte 1024}
     * @param reason the cause, without file and place; in both, ends of lines are shown as {@code \\n}, and of what is longer than {@value
     *               #LONGEST} characters the middle is left out
     */
    public DataException(Kind kind, String where, String reason) {
        this(kind, where, reason, null);
    }

    public DataException(Kind kind, String where, String reason, Throwable cause) {
        super(line(where) + ": " + kind.word() + ": " + line(reason), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.where = line(where);
        this.reason = line(reason);
    }

    /** What a foreign file holds may stand in the texts, and the message is one line whatever that is. */
    private static String line(String text) {
        String some = text == null || text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST / 2) + " ... " + text.substring(text.length() - LONGEST / 2);
        boolean plain = some == null || (some.indexOf('\n') < 0 && some.indexOf('\r') < 0);
        return plain ? some : some.replace("\r", "\\r").replace("\n", "\\n");
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
