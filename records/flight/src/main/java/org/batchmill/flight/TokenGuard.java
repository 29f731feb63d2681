package org.batchmill.flight;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.RequestContext;
import org.batchmill.batches.served.BatchServer;

/** Lets calls in that know the token, in the header that HTTP has for it. Thread-safe. */
final class TokenGuard implements FlightServerMiddleware.Factory<TokenGuard.Admitted> {

    static final FlightServerMiddleware.Key<Admitted> KEY = FlightServerMiddleware.Key.of("token");
    static final String HEADER = "authorization";
    static final String SCHEME = "Bearer ";

    private final byte[] expected;
    private final BatchServer server;

    TokenGuard(String token, BatchServer server) {
        this.expected = (SCHEME + token).getBytes(StandardCharsets.US_ASCII);
        this.server = server;
    }

    /** Compares in a time that does not tell how much of it is right. */
    @Override
    public Admitted onCallStarted(CallInfo call, CallHeaders headers, RequestContext context) {
        String given = headers.get(HEADER);
        if (given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
            return new Admitted();
        }
        String why = given == null ? "a token is asked for, and none was given" : "the token is wrong";
        server.warn("a consumer is not served: " + why);
        throw CallStatus.UNAUTHENTICATED.withDescription(why).toRuntimeException();
    }

    /** A call that was let in. */
    static final class Admitted implements FlightServerMiddleware {
        @Override
        public void onBeforeSendingHeaders(CallHeaders headers) {}

        @Override
        public void onCallCompleted(CallStatus status) {}

        @Override
        public void onCallErrored(Throwable failure) {}
    }
}
