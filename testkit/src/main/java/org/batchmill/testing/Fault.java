package org.batchmill.testing;

/** What {@link FaultyProxy} does to a request or its answer. */
public sealed interface Fault {

    /** How many bytes of the answer's body pass before the fault, if it is one of bytes. */
    default long passing() {
        return Long.MAX_VALUE;
    }

    /** The answer passes as it is. */
    record None() implements Fault {}

    /**
     * The proxy answers in the server's place, which never hears of the request: for S3, 503 with {@code SlowDown}, 500 with {@code InternalError}.
     *
     * @param status of HTTP
     * @param code   S3's word for it
     */
    record Refused(int status, String code) implements Fault {}

    /**
     * The server never gets the whole request, and the connection stays open until the client hangs up or the proxy is closed.
     *
     * @param sent bytes of the request's body that pass, fewer than it has
     */
    record Held(long sent) implements Fault {}

    /**
     * The connection ends in order before the answer does.
     *
     * @param passing bytes of the answer's body, fewer than it has
     */
    record Truncated(long passing) implements Fault {}

    /**
     * The connection is reset before the answer ends.
     *
     * @param passing bytes of the answer's body, at most; -1: not even the head passes, though the server has done what it was asked
     */
    record Reset(long passing) implements Fault {}

    /**
     * The answer stops, and the connection stays open until the client gives up or the proxy is closed.
     *
     * @param passing bytes of the answer's body
     */
    record Stalled(long passing) implements Fault {}

    /**
     * The answer's body passes at so many bytes a second.
     *
     * @param bytesPerSecond at least 1
     */
    record Throttled(long bytesPerSecond) implements Fault {}
}
