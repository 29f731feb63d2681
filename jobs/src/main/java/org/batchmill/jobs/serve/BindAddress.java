package org.batchmill.jobs.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.batchmill.records.OptionException;

/**
 * Where a server listens.
 *
 * @param host of this machine
 * @param port 0 takes one that is free
 */
record BindAddress(InetAddress host, int port) {

    private static final int LARGEST_PORT = 65_535;

    /**
     * @param option the name of the option, for messages
     * @param text   {@code HOST:PORT}
     * @throws OptionException if it is something else, or no such host is known
     */
    static BindAddress parse(String option, String text) {
        int colon = text.lastIndexOf(':');
        int port;
        try {
            port = Integer.parseInt(text.substring(colon + 1));
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (colon < 1 || port < 0 || port > LARGEST_PORT) {
            throw new OptionException("{" + option + "} is HOST:PORT, for instance 127.0.0.1:7070, not {}", text);
        }
        try {
            return new BindAddress(InetAddress.getByName(text.substring(0, colon)), port);
        } catch (UnknownHostException e) {
            throw new OptionException("{" + option + "}: no host is called {}", text.substring(0, colon));
        }
    }
}
