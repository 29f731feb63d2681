package org.batchmill.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import picocli.CommandLine.Option;

/** The options that say which Kafka cluster is meant. */
final class ClusterMixin {

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "A broker, or several with commas.")
    String bootstrap;

    @Option(names = "--kafka-config", paramLabel = "FILE", description = "Client settings: TLS, SASL, timeouts.")
    Path kafkaConfig;

    KafkaCluster cluster() throws IOException {
        return KafkaCluster.of(bootstrap, kafkaConfig);
    }
}
