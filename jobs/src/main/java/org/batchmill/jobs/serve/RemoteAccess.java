package org.batchmill.jobs.serve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.batchmill.batches.served.BatchServer;
import org.batchmill.batches.served.ConsumerLine;
import org.batchmill.batches.served.RemoteService;
import org.batchmill.batches.served.RingArray;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.OptionException;

/**
 * Who of other machines is let in, and how: over TLS where there is a certificate, and beyond this machine only with a token, which is drawn
 * where none is given. Immutable.
 */
final class RemoteAccess {

    private static final int TOKEN_BYTES = 16;

    /** Of a file that is no token there may be no end. */
    private static final int MOST_BYTES = 4096;

    private static final Pattern TOKEN = Pattern.compile("[!-~]{8,512}");

    private final BindAddress address;
    private final Path certificate;
    private final Path key;
    private final String token;
    private final boolean drawn;

    private RemoteAccess(BindAddress address, ServeOptions options) throws IOException {
        this.address = address;
        this.certificate = options.tlsCertificate;
        this.key = options.tlsKey;
        this.drawn = options.tokenFile == null && !address.host().isLoopbackAddress();
        this.token = drawn ? random() : options.tokenFile == null ? null : read(options.tokenFile);
    }

    /**
     * What is asked for; null if nothing is.
     *
     * @throws OptionException if it makes no sense
     */
    static RemoteAccess of(ServeOptions options) throws IOException {
        if ((options.tlsCertificate == null) != (options.tlsKey == null)) {
            throw new OptionException("{tls-certificate} and {tls-key} go together: one of them is missing");
        }
        if (options.flight == null) {
            if (options.tlsCertificate != null || options.tokenFile != null) {
                throw new OptionException(
                        "{tls-certificate} and {token-file} are for {flight}, which is not asked for");
            }
            return null;
        }
        return new RemoteAccess(BindAddress.parse("flight", options.flight), options);
    }

    private static String random() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String read(Path file) throws IOException {
        String text;
        try (InputStream in = InputFile.stream(file)) {
            text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
        } catch (DataException e) {
            throw new OptionException("{token-file}: {}", e.getMessage());
        }
        if (!TOKEN.matcher(text).matches()) {
            throw new OptionException(
                    "{token-file} {} holds one word of 8 to 512 printable ASCII characters, which consumers have to know",
                    file);
        }
        return text;
    }

    /** Begins to answer. */
    RemoteService.Open open(Conversation.Host host, JobListener listener) {
        String name = address.host().getHostAddress();
        RemoteService.Open open = RemoteService.installed()
                .open(new RemoteService.Entrance(name, address.port(), certificate, key, token), new Offered(host));
        listener.log("to other machines they are served by Arrow Flight at " + open.address()
                + (certificate == null ? ", without TLS" : ", with TLS")
                + (drawn
                        ? "; the token is " + token
                        : token == null ? "; no token is asked for" : "; with the token of the file"));
        if (certificate == null && !address.host().isLoopbackAddress()) {
            listener.warn("batches and the token can be read on the way: --tls-certificate and --tls-key encrypt them");
        }
        return open;
    }

    /** What a transport may know of the server. */
    private record Offered(Conversation.Host host) implements BatchServer {
        @Override
        public List<RingArray> arrays() {
            return host.arrays();
        }

        @Override
        public Map<String, Object> facts() {
            return host.facts();
        }

        @Override
        public void serve(ConsumerLine line) throws InterruptedException {
            Conversation.elsewhere(host, line).run();
        }

        @Override
        public void warn(String line) {
            host.notices().warn(line);
        }
    }
}
