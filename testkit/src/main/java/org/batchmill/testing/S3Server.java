package org.batchmill.testing;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An S3 server, Adobe's S3Mock, in a JVM of its own, which binds this machine's loopback address. It takes any credentials, keeps objects as files of a folder
 * while it lives, and can be stopped and started again. Buckets are addressed by path, as in {@code http://127.0.0.1:PORT/BUCKET/KEY}.
 * For one thread.
 */
public final class S3Server implements AutoCloseable {

    /** What settings of clients call the region; the server does not look at it. */
    public static final String REGION = "us-east-1";

    private static final Duration LONGEST_START = Duration.ofMinutes(5);

    private static final int ANSWER_MILLIS = 5_000;

    private final Path folder;
    private final HeldPorts ports = new HeldPorts();
    private final int port;
    private final List<String> buckets;
    private Process process;

    private S3Server(Path folder, List<String> buckets) throws IOException {
        this.folder = folder;
        this.port = ports.take();
        this.buckets = buckets;
    }

    /**
     * Starts one, and waits until it answers.
     *
     * @param folder  for its objects and its log; made if it is not there
     * @param buckets names of the buckets that there are from the start
     * @throws IOException if it does not start, with what it logged
     */
    public static S3Server start(Path folder, String... buckets) throws IOException, InterruptedException {
        S3Server server = new S3Server(Files.createDirectories(folder), List.of(buckets));
        try {
            server.startAgain();
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /**
     * System properties by which Amazon's client and its provider of files find a server of this kind; reads are as large as the launcher asks for.
     *
     * @param endpoint the server's, or that of what stands before it
     */
    public static Map<String, String> settings(URI endpoint) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("aws.endpointUrl", endpoint.toString());
        settings.put("aws.region", REGION);
        settings.put("aws.accessKeyId", "tests");
        settings.put("aws.secretAccessKey", "hunter2-of-the-tests");
        settings.put("s3.spi.force-path-style", "true");
        settings.put("s3.spi.read.max-fragment-size", "262144");
        settings.put("s3.spi.read.max-fragment-number", "2");
        return settings;
    }

    /** {@link #settings} as variables of an environment, under the names that Amazon gives them there. */
    public static Map<String, String> environment(URI endpoint) {
        Map<String, String> environment = new LinkedHashMap<>();
        settings(endpoint)
                .forEach((name, value) -> environment.put(
                        name.replaceAll("([a-z])([A-Z])", "$1_$2")
                                .replaceAll("[.-]", "_")
                                .toUpperCase(Locale.ROOT),
                        value));
        return environment;
    }

    /** Starts it anew at the same address, with the objects that it has, and waits until it answers. */
    public void startAgain() throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        "com.adobe.testing.s3mock.S3MockApplication",
                        // The port that has no TLS is its second by default, and binds every address of the machine.
                        "--server.ssl.enabled=false",
                        "--server.address=" + InetAddress.getLoopbackAddress().getHostAddress(),
                        "--server.port=" + port,
                        "--com.adobe.testing.s3mock.http-port=0",
                        "--com.adobe.testing.s3mock.domain.root="
                                + Files.createDirectories(folder.resolve("objects"))
                                        .toAbsolutePath(),
                        "--com.adobe.testing.s3mock.domain.retain-files-on-exit=true",
                        "--com.adobe.testing.s3mock.domain.initial-buckets=" + String.join(",", buckets))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!answers()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() - deadline > 0) {
                throw new IOException("the S3 server does not start: " + Files.readString(log()));
            }
        }
    }

    /** What the build of testkit unpacks beside its classes: no class loader of ours finds any of it. */
    private static String classPath() throws IOException {
        try {
            Path target = Path.of(S3Server.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getParent();
            Path unpacked = target.resolve("s3mock/BOOT-INF");
            if (!Files.isDirectory(unpacked)) {
                throw new IOException(unpacked + " is not there: mvn generate-resources -pl testkit makes it");
            }
            return unpacked.resolve("classes") + File.pathSeparator + unpacked.resolve("lib") + File.separator + "*";
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** Makes one more bucket, which is empty. */
    public void makeBucket(String name) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(endpoint() + "/" + name).toURL().openConnection();
        connection.setRequestMethod("PUT");
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("the S3 server makes no bucket " + name + ": it answers " + status);
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint().toURL().openConnection();
            connection.setConnectTimeout(ANSWER_MILLIS);
            connection.setReadTimeout(ANSWER_MILLIS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false; // not yet, or not any more: the caller looks at the process
        }
    }

    private Path log() {
        return folder.resolve("s3.log");
    }

    /** The port it listens at, on the loopback address. */
    public int port() {
        return port;
    }

    /** Its address without a bucket, as endpoints are given to clients. */
    public URI endpoint() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port);
    }

    /** Ends it in order; {@link #startAgain()} finds the objects as they were. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        ports.close();
    }
}
