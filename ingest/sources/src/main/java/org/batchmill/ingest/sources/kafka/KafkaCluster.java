package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.records.TextFile;
import org.batchmill.records.UsageException;

/**
 * How to reach a cluster: its bootstrap servers, and the client settings of a file (TLS, SASL, timeouts) as they are. Settings on which
 * the promises of this package rest cannot be changed there, and login modules that look up names elsewhere are refused. Immutable.
 */
public final class KafkaCluster {

    /** What this package decides itself. */
    private static final List<String> OURS = List.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.ACKS_CONFIG);

    /** They fetch code or names from wherever they are pointed to: CVE-2023-25194. */
    private static final List<String> REFUSED_MODULES = List.of("JndiLoginModule", "LdapLoginModule");

    private final Map<String, String> settings;
    private final Secrets secrets;
    private final String name;

    private KafkaCluster(Map<String, String> settings, Secrets secrets) {
        this.settings = Map.copyOf(settings);
        this.secrets = secrets;
        this.name = "kafka " + settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    }

    /**
     * @param bootstrap {@code HOST:PORT[,HOST:PORT]}; null takes {@code bootstrap.servers} of the file
     * @param file      a .properties file; null for none
     * @throws UsageException if a setting is missing or refused
     */
    public static KafkaCluster of(String bootstrap, Path file) throws IOException {
        Map<String, String> settings = file == null ? new HashMap<>() : read(file);
        Secrets secrets = Secrets.of(settings);
        settings.forEach((key, value) -> check(file, key, value));
        if (bootstrap != null) {
            settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        }
        if (!settings.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new OptionException("where is the broker? give {bootstrap} HOST:PORT");
        }
        return new KafkaCluster(settings, secrets);
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(TextFile.read(file)));
        } catch (IllegalArgumentException e) {
            throw new DataException(DataException.Kind.CORRUPT, file.toString(), "is no properties file", e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        return settings;
    }

    private static void check(Path file, String key, String value) {
        if (OURS.contains(key)) {
            throw new OptionException(
                    "{}: {} is not for the file to set" + (key.equals("group.id") ? ": use {group}" : ""), file, key);
        }
        if (key.toLowerCase(Locale.ROOT).endsWith("jaas.config")) {
            for (String module : REFUSED_MODULES) {
                if (value.contains(module)) {
                    throw new UsageException(file + ": " + key + ": the login module " + module
                            + " is refused: it can be made to load foreign code");
                }
            }
        }
    }

    /** Its name in messages. */
    String name() {
        return name;
    }

    /**
     * A setting of the file, or the default.
     *
     * @throws UsageException if it is no number
     */
    long number(String key, long otherwise) {
        String value = settings.get(key);
        try {
            return value == null ? otherwise : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new UsageException("the Kafka setting " + key + " is no number", e);
        }
    }

    /** A consumer of committed messages that never moves by itself; null for one outside of groups. */
    KafkaConsumer<byte[], byte[]> consumer(String group, Map<String, Object> defaults) throws TopicException {
        Map<String, Object> all = new HashMap<>(defaults);
        all.putAll(settings);
        if (group != null) {
            all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
            // Revokes everything at each rebalance: a run's positions are taken down and set up as a whole.
            all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
        }
        all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        try {
            return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw explain("", e);
        }
    }

    /** A producer that writes each message once. */
    KafkaProducer<byte[], byte[]> producer(Map<String, Object> defaults) throws TopicException {
        Map<String, Object> all = new HashMap<>(defaults);
        all.putAll(settings);
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        // With more of them on the way, a broker that has just become a partition's leader may refuse the first batch
        // and take the second; the first is then out of order for ever, and lost after two minutes.
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        try {
            return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw explain("", e);
        }
    }

    /**
     * Waits for any broker to answer.
     *
     * @param patience how long
     * @throws TopicException if none does, or none lets this client in
     */
    public void requireBroker(Duration patience) throws TopicException, InterruptedException {
        Admin admin;
        try {
            admin = Admin.create(adminSettings());
        } catch (KafkaException e) {
            throw explain("", e);
        }
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(Math.toIntExact(patience.toMillis())))
                    .nodes()
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new TopicException(
                        name + ": no broker answers within " + seconds(patience) + " s (--kafka-timeout)", e);
            }
            throw explain("", e.getCause());
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    /** As it is typed: 10, not 10.0. */
    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /**
     * Asks for a topic's partitions.
     *
     * @param patience how long the broker may take to answer
     * @throws TopicException if there is no such topic
     */
    void requireTopic(String topic, Consumer<?, ?> consumer, Duration patience) throws TopicException {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic, patience);
        if (partitions == null || partitions.isEmpty()) {
            throw new TopicException(name + ": there is no topic " + topic);
        }
    }

    /** Settings for an administrator's client. */
    Map<String, Object> adminSettings() {
        return new HashMap<>(settings);
    }

    /**
     * One line about a failure, without secrets. The failure itself is not handed on as a cause where it holds one.
     *
     * @param where the topic, or what was done; empty for the cluster as such
     */
    TopicException explain(String where, Throwable failure) {
        StringBuilder reason = new StringBuilder();
        String last = "";
        boolean secret = false;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message =
                    Objects.requireNonNullElse(t.getMessage(), t.getClass().getSimpleName());
            secret |= !secrets.hide(message).equals(message);
            if (!last.contains(message)) {
                reason.append(reason.isEmpty() ? "" : ": ").append(message);
                last = message;
            }
        }
        String line = name + ": " + (where.isEmpty() ? "" : where + ": ") + secrets.hide(reason.toString());
        return secret ? new TopicException(line) : new TopicException(line, failure);
    }

    /** Of a call to a client that was interrupted. Kafka's exception sets the thread's flag again, which ours stands for. */
    static InterruptedException interrupted(InterruptException e) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }
}
