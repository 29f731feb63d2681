package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS and passwords: case 24 of the list of faults. Nothing that a run leaves behind or says holds a secret. */
@Timeout(600)
@Tag("concurrent")
class SecurityTest {

    private static final String STORE_PASSWORD = "store-s3cret";
    private static final String PASSWORD = "trainer-s3cret";
    private static final String WRONG_PASSWORD = "mistaken-s3cret";

    @TempDir
    static Path folder;

    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        Path keys = certificate("broker");
        certificate("stranger");
        broker = KafkaBroker.start(
                folder.resolve("broker"),
                Map.of(
                        "listeners",
                        "PLAINTEXT://{first},SASL_SSL://{second},CONTROLLER://{controller}",
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "listener.name.sasl_ssl.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_trainer=\"" + PASSWORD
                                + "\";",
                        "ssl.keystore.location",
                        keys.toString(),
                        "ssl.keystore.password",
                        STORE_PASSWORD),
                List.of());
        broker.makeTopic("safe", 1);
        Messages.sendDigits(broker, "safe", 1, 0, 40);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** A key pair with a certificate signed by itself, and a store that trusts it. */
    private static Path certificate(String name) throws Exception {
        Path keys = folder.resolve(name + "-keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:localhost",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        char[] password = STORE_PASSWORD.toCharArray();
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry(
                "ca", KeyStore.getInstance(keys.toFile(), password).getCertificate("key"));
        try (OutputStream out = Files.newOutputStream(folder.resolve(name + "-trust.p12"))) {
            trust.store(out, password);
        }
        return keys;
    }

    private static Path client(String name, String trust, String password) throws IOException {
        return Files.writeString(
                folder.resolve(name + ".properties"),
                String.format(
                        Locale.ROOT,
                        """
                security.protocol=SASL_SSL
                sasl.mechanism=PLAIN
                sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
                username="trainer" password="%s";
                ssl.truststore.location=%s
                ssl.truststore.password=%s
                """,
                        password,
                        folder.resolve(trust + "-trust.p12"),
                        STORE_PASSWORD));
    }

    private static Command train(String name, Path config, String bootstrap) {
        return Training.of(broker, "safe", folder.resolve(name))
                .with("--bootstrap", bootstrap, "--kafka-config", config)
                .steps(2)
                .run();
    }

    @Test
    void shouldLearnOverTlsWithAPasswordAndKeepNoSecret() throws Exception {
        Command train = train("good", client("good", "broker", PASSWORD), broker.secondBootstrap());
        assertThat(train.exitCode()).as(train.err()).isZero();
        assertThat(Files.readString(folder.resolve("good/config.yaml"))).contains("good.properties");
        expectNoSecret(train, "good");
    }

    @Test
    void shouldRefuseAWrongPassword() throws Exception {
        Command train = train("password", client("password", "broker", WRONG_PASSWORD), broker.secondBootstrap());
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors()).singleElement().asString().containsIgnoringCase("authentication");
        expectNoSecret(train, "password");
    }

    @Test
    void shouldRefuseACertificateOfSomebodyElse() throws Exception {
        Command train = train("stranger", client("stranger", "stranger", PASSWORD), broker.secondBootstrap());
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors()).singleElement().asString().containsIgnoringCase("ssl");
        expectNoSecret(train, "stranger");
    }

    @Test
    void shouldRefuseACertificateOfAnotherHost() throws Exception {
        String address = broker.secondBootstrap().replace("localhost", "127.0.0.1");
        Command train = train("host", client("host", "broker", PASSWORD), address);
        assertThat(train.exitCode()).isEqualTo(1);
        assertThat(train.errors()).singleElement().asString().containsIgnoringCase("ssl");
        expectNoSecret(train, "host");
    }

    @Test
    void shouldRefuseLoginModulesThatLookUpNames() throws Exception {
        for (String key : List.of("sasl.jaas.config", "listener.name.x.plain.sasl.jaas.config")) {
            Path config = Files.writeString(
                    folder.resolve("jndi.properties"),
                    key + "=com.sun.security.auth.module.JndiLoginModule required user.provider.url=\"ldap://"
                            + PASSWORD + "\";\n");
            Command train = train("jndi", config, broker.secondBootstrap());
            assertThat(train.exitCode()).isEqualTo(2);
            assertThat(train.errors()).singleElement().asString().contains("JndiLoginModule", "jndi.properties");
            expectNoSecret(train, "jndi");
        }
    }

    @Test
    void shouldKeepTheSecretToItselfWhenASettingIsMisspelt() throws Exception {
        Path config = client("misspelt", "broker", PASSWORD);
        Files.writeString(
                config, Files.readString(config).replace("PlainLoginModule required", "PlainLoginModule requird"));
        Command train = train("misspelt", config, broker.secondBootstrap());
        assertThat(train.exitCode()).isIn(1, 2);
        expectNoSecret(train, "misspelt");
    }

    @Test
    void shouldRefuseSettingsThatWouldBreakItsPromises() throws Exception {
        Path config = Files.writeString(folder.resolve("reset.properties"), "auto.offset.reset=latest\n");
        Command train = train("reset", config, broker.bootstrap());
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.errors()).singleElement().asString().contains("auto.offset.reset");
    }

    private static void expectNoSecret(Command command, String run) throws IOException {
        String said = command.out() + command.err();
        Path left = folder.resolve(run);
        if (Files.isDirectory(left)) {
            try (Stream<Path> files = Files.walk(left)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    said += new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                }
            }
        }
        assertThat(said).doesNotContain(PASSWORD, WRONG_PASSWORD, STORE_PASSWORD);
    }
}
