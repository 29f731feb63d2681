package org.batchmill.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the artifact that this command is, which Maven writes into its jar. */
final class Version implements IVersionProvider {

    private static final String FILE = "/META-INF/maven/org.batchmill/batchmill-cli/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(FILE)) {
            if (file != null) {
                properties.load(file);
            }
        }
        return new String[] {"batchmill " + properties.getProperty("version", "of a build outside of a jar")};
    }
}
