package org.batchmill.it.store;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.batchmill.testing.FaultyProxy;
import org.batchmill.testing.PerJvm;
import org.batchmill.testing.S3Server;

/**
 * A bucket of the S3 server that all test classes of this JVM share, and a proxy before that, through which this JVM reaches the bucket by
 * {@code s3://} as long as it is open. What a test itself puts there and looks at goes past the proxy.
 *
 * <p>The provider keeps a file system, with its client and the address that this has, for each bucket as long as the JVM lives: so each store has
 * a bucket of its own name, and a class finds its own however often it runs.
 */
public record SpoiltStore(S3Server server, FaultyProxy proxy, String bucket) implements AutoCloseable {

    private static final PerJvm<S3Server> SERVER = new PerJvm<>("store", folder -> S3Server.start(folder, "first"));
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final int OK = 200;
    private static final int GONE = 204;

    /** Opens one, in a bucket that is empty. */
    public static SpoiltStore open() throws Exception {
        S3Server server = SERVER.get();
        String bucket = freshBucket();
        server.makeBucket(bucket);
        SpoiltStore store = new SpoiltStore(server, FaultyProxy.before(server.port()), bucket);
        store.settings().forEach(System::setProperty);
        return store;
    }

    /** A name that no bucket had in this JVM. */
    static String freshBucket() {
        return "bucket-" + STARTED.incrementAndGet();
    }

    /** By which a JVM finds the proxy. */
    public Map<String, String> settings() {
        return S3Server.settings(proxy.endpoint());
    }

    /** The URI of a key. */
    public String uri(String key) {
        return "s3://" + bucket + "/" + key;
    }

    void put(String key, Path file) throws IOException, InterruptedException {
        expect(
                OK,
                key,
                HTTP.send(
                        request("/" + key)
                                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                                .build(),
                        discarding()));
    }

    void put(String key, byte[] bytes) throws IOException, InterruptedException {
        expect(
                OK,
                key,
                HTTP.send(
                        request("/" + key)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        discarding()));
    }

    /** All files below a folder, under the same names below a key. */
    public void upload(Path folder, String to) throws IOException, InterruptedException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                put(to + "/" + folder.relativize(file), file);
            }
        }
    }

    public byte[] object(String key) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = HTTP.send(request("/" + key).build(), HttpResponse.BodyHandlers.ofByteArray());
        expect(OK, key, answer);
        return answer.body();
    }

    void delete(String key) throws IOException, InterruptedException {
        expect(GONE, key, HTTP.send(request("/" + key).DELETE().build(), discarding()));
    }

    /** The keys that begin so. */
    public List<String> objects(String prefix) throws IOException, InterruptedException {
        List<String> keys = new ArrayList<>();
        String after = "";
        while (true) {
            String listing = HTTP.send(
                            request("?list-type=2&prefix=" + prefix + after).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Stream.of(listing.split("<Key>"))
                    .skip(1)
                    .map(part -> part.substring(0, part.indexOf('<')))
                    .forEach(keys::add);
            if (!listing.contains("<IsTruncated>true")) {
                return keys;
            }
            after = "&start-after=" + keys.get(keys.size() - 1);
        }
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(server.endpoint() + "/" + bucket + target));
    }

    private static HttpResponse.BodyHandler<Void> discarding() {
        return HttpResponse.BodyHandlers.discarding();
    }

    private static void expect(int status, String key, HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(key + ": the server answers " + answer.statusCode());
        }
    }

    @Override
    public void close() {
        settings().keySet().forEach(System::clearProperty);
        proxy.close();
    }
}
