package org.batchmill.jobs.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.batchmill.batches.served.ServerAddress;
import org.batchmill.records.OptionException;

/**
 * Where a server listens.
 *
 * @param host of this machine
 * @param port 0 takes one that is free
 */
record BindAddress(InetAddress host, int port) {

    /**
     * @param option the name of the option, for messages
     * @param text   {@code HOST:PORT}
     * @throws OptionException if it is something else, or no such host is known
     */
    static BindAddress parse(String option, String text) {
        ServerAddress address = ServerAddress.parse(text);
        if (address == null) {
            throw new OptionException("{" + option + "} is HOST:PORT, for instance 127.0.0.1:7070, not {}", text);
        }
        try {
            return new BindAddress(InetAddress.getByName(address.host()), address.port());
        } catch (UnknownHostException e) {
            throw new OptionException("{" + option + "}: no host is called {}", address.host());
        }
    }
}
