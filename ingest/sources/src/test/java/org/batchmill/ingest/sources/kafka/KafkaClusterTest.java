package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.testing.HeldPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaClusterTest {

    @TempDir
    Path folder;

    private KafkaCluster cluster(String settings) throws IOException {
        return KafkaCluster.of("localhost:1", Files.writeString(folder.resolve("client.properties"), settings));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "group.id=x",
                "auto.offset.reset=earliest",
                "enable.auto.commit=true",
                "isolation.level=read_uncommitted",
                "enable.idempotence=false",
                "sasl.jaas.config=com.sun.security.auth.module.JndiLoginModule required;",
                "sasl.jaas.config=com.sun.security.auth.module.LdapLoginModule required;",
                "listener.name.a.sasl.jaas.config=com.sun.security.auth.module.JndiLoginModule required;"
            })
    void shouldRefuseASettingByItsName(String line) {
        assertThatThrownBy(() -> cluster(line))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(line.substring(0, line.indexOf('=')));
    }

    @Test
    void shouldShowNoSecretOfAFailureNorKeepItAsItsCause() throws Exception {
        KafkaCluster cluster =
                cluster("ssl.keystore.password=hush1\nsasl.jaas.config=a.Module required username=\"ann\" "
                        + "password=\"hush2\" token=hush3;\nsasl.oauthbearer.client.credentials.client.secret=hush4\n");
        TopicException shown = cluster.explain(
                "topic", new KafkaException("ann: hush1 hush2", new IllegalArgumentException("hush3, hush4")));
        assertThat(shown)
                .hasMessageContaining("topic")
                .hasMessageContaining("ann")
                .hasNoCause();
        assertThat(shown.getMessage()).doesNotContain("hush");
        assertThat(cluster.explain("topic", new KafkaException("plain"))).hasCauseInstanceOf(KafkaException.class);
    }

    @Test
    void shouldAskForABroker() {
        assertThatThrownBy(() -> KafkaCluster.of(null, null))
                .isInstanceOfSatisfying(
                        OptionException.class, e -> assertThat(e.commandLine()).contains("give --bootstrap HOST:PORT"))
                .hasMessageContaining("give bootstrap HOST:PORT");
    }

    @Test
    void shouldTellHowLongItWaitedAsItWasTyped() throws Exception {
        try (HeldPorts ports = new HeldPorts()) {
            KafkaCluster nobody = KafkaCluster.of("localhost:" + ports.take(), null);
            for (String seconds : List.of("0.1", "0.25", "1")) {
                Duration patience = Duration.ofMillis(
                        new BigDecimal(seconds).movePointRight(3).longValueExact());
                assertThatThrownBy(() -> nobody.requireBroker(patience))
                        .hasMessageContaining("no broker answers within " + seconds + " s (--kafka-timeout)");
            }
        }
    }
}
