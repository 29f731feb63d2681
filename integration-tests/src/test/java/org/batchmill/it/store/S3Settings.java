package org.batchmill.it.store;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.testing.S3Server;

/** The settings by which S3's provider and client find a server of the tests: of this JVM, or of one that is started. */
final class S3Settings {

    private S3Settings() {}

    /** System properties. */
    static Map<String, String> of(URI endpoint) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("aws.endpointUrl", endpoint.toString());
        settings.put("aws.region", S3Server.REGION);
        settings.put("aws.accessKeyId", "tests");
        settings.put("aws.secretAccessKey", "hunter2-of-the-tests");
        settings.put("s3.spi.force-path-style", "true");
        settings.put("s3.spi.read.max-fragment-size", "262144");
        settings.put("s3.spi.read.max-fragment-number", "2");
        return settings;
    }
}
