package org.batchmill.jobs.dashboard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may ask. The name by which a browser reached us must be one of ours: a page of another host whose name was turned to this machine
 * (DNS rebinding) sends its own. Beyond this machine a token is asked for as well. Immutable.
 */
final class Guard {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-f:.%]+\\]");
    private static final Pattern PORT = Pattern.compile(":[0-9]+$");
    private static final int TOKEN_BYTES = 16;

    private final String host;
    private final byte[] token;

    private Guard(String host, String token) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
    }

    /** @param host the address that is listened at, as it was given */
    static Guard of(String host, InetAddress address) {
        if (address.isLoopbackAddress()) {
            return new Guard(host, null);
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return new Guard(host, HexFormat.of().formatHex(random));
    }

    /** What addresses must hold; null if nothing. */
    String token() {
        return token == null ? null : new String(token, StandardCharsets.US_ASCII);
    }

    /** Whether this is a name of ours; through a tunnel the port is another. */
    boolean knowsHost(String header) {
        if (header == null) {
            return false;
        }
        String name = PORT.matcher(header.toLowerCase(Locale.ROOT)).replaceFirst("");
        if (LOOPBACK.contains(name) || name.equals(host)) {
            return true;
        }
        return token != null && (ADDRESS.matcher(name).matches() || name.equals(ownName()));
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Compares in a time that does not tell how much of it is right. */
    boolean accepts(String given) {
        return token == null || (given != null && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8)));
    }
}
