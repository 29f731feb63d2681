package org.batchmill.it.store;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import org.batchmill.testing.FaultyProxy;
import org.batchmill.testing.S3Server;

/** An S3 server and a proxy before it, through which this JVM reaches its bucket by {@code s3://} as long as it is open. */
record SpoiltStore(S3Server server, FaultyProxy proxy, String bucket) implements AutoCloseable {

    static SpoiltStore start(Path folder, String bucket) throws IOException, InterruptedException {
        S3Server server = S3Server.start(folder, bucket);
        SpoiltStore store = new SpoiltStore(server, FaultyProxy.before(server.port()), bucket);
        store.settings().forEach(System::setProperty);
        return store;
    }

    /** By which a JVM finds the proxy. */
    Map<String, String> settings() {
        return S3Server.settings(proxy.endpoint());
    }

    /** A request past the proxy. */
    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(server.endpoint() + "/" + bucket + target));
    }

    @Override
    public void close() {
        settings().keySet().forEach(System::clearProperty);
        proxy.close();
        server.close();
    }
}
