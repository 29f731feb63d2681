package org.batchmill.batches.served;

import java.nio.file.Path;
import java.util.ServiceLoader;
import org.batchmill.records.MissingPartException;

/** Carries batches to other machines. Found by {@link ServiceLoader}. Thread-safe. */
public interface RemoteService {

    /**
     * Where it answers, and whom.
     *
     * @param host        a name or an address of this machine
     * @param port        0 takes one that is free
     * @param certificate a PEM file, of a chain; null for no TLS
     * @param key         a PEM file in PKCS#8, beside the certificate
     * @param token       what consumers have to know; null for none
     */
    record Entrance(String host, int port, Path certificate, Path key, String token) {}

    /** One that is open. Closing it ends all calls. */
    interface Open extends AutoCloseable {
        /** Where it answers, as {@code 192.0.2.1:7071}. */
        String address();

        @Override
        void close();
    }

    /**
     * Begins to answer.
     *
     * @throws org.batchmill.records.OptionException if the port is taken, or certificate and key are not what they should be
     */
    Open open(Entrance entrance, BatchServer server);

    /**
     * The one on the class path.
     *
     * @throws MissingPartException if there is none
     */
    static RemoteService installed() {
        return ServiceLoader.load(RemoteService.class)
                .findFirst()
                .orElseThrow(() -> new MissingPartException("--flight needs the jars of lib/flight, which the launcher"
                        + " puts on the class path where it is given"));
    }
}
