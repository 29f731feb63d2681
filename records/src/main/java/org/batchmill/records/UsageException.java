package org.batchmill.records;

import java.util.Collection;

/** The caller asked for something that makes no sense. The message is one line; the command line ends with exit code 2. */
public class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * A name that is none of those known, with the one that was probably meant: {@code no model is called pilotnot; did you mean pilotnet?
     * There are pilotnet, ...}.
     *
     * @param what  what is named: model
     * @param known the names that there are, in the order in which they are told; forms with more than a name, such as
     *              {@code steps:N,F}, are compared by what stands before their first colon
     */
    public static UsageException unknownName(String what, String given, Collection<String> known) {
        return new UsageException("no " + what + " is called " + given
                + NearestName.of(given, known)
                        .map(nearest -> "; did you mean " + nearest + "? There are ")
                        .orElse("; there are ")
                + String.join(", ", known));
    }
}
