package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers each message of a topic once: the answers, the dead letters and how far the group is go to the broker in one transaction, so
 * that whoever reads them as committed ({@code isolation.level=read_committed}) sees no message answered twice or not at all, whenever this
 * process is killed and whoever takes its partitions over. Members of one group share the partitions.
 *
 * <p>A message is asked for with {@link #poll}, and answered, with all those that came with it, by {@link #answer}. What is polled and not
 * answered is polled again, here or by another member. Used by one thread.
 */
public final class TopicAnswers implements AutoCloseable {

    /**
     * A member that was killed keeps its partitions for so long, and what it left of a transaction holds up whoever reads the answers: unless
     * it comes back under its own name.
     */
    public static final Duration ABANDONED_AFTER = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(TopicAnswers.class);
    private static final Duration ASK = Duration.ofSeconds(10);

    /**
     * Where the group stands is not said while a transaction of one that was killed is open. The broker ends it when it has been open for
     * {@link #ABANDONED_AFTER}, and looks for such every ten seconds, or more seldom where it was told so.
     */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Duration FIRST_ANSWER = Duration.ofSeconds(30);
    private static final Duration PARTING = Duration.ofSeconds(2);
    private static final int LARGEST_MESSAGE = 8 << 20;
    private static final int POLL_INTERVAL_MILLIS = 600_000;

    private final KafkaCluster cluster;
    private final AnswerOptions options;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final MessageReader reader;
    private final Map<TopicPartition, Place> places = new HashMap<>();
    private boolean hasDeadLetters;
    private boolean rebalanced;

    /** That the group has other members for partitions that the consumer takes for its own until it hears of that. */
    private boolean superseded;

    /** Where a partition is answered from, and the first offset that it had when this member took it up. */
    private record Place(long next, long beginning) {}

    /**
     * A message.
     *
     * @param record   as it came
     * @param samples  that it holds; empty if it cannot be read
     * @param names    what whoever sent them calls them, empty where there is no name; in the order of the samples
     * @param failure  why it cannot be read; null if it can
     * @param answered that it comes once more, for what is to be remembered of it: it must not be answered again
     */
    public record Message(
            ConsumerRecord<byte[], byte[]> record,
            List<Sample> samples,
            List<String> names,
            DataException failure,
            boolean answered) {
        public Message {
            samples = List.copyOf(samples);
            names = List.copyOf(names);
        }
    }

    /**
     * What is to be sent for a message.
     *
     * @param values  the answers, as text; empty for none
     * @param failure why it cannot be answered: it goes to the dead letters, and nothing else is sent; null if it can
     */
    public record Answer(Message message, List<String> values, Exception failure) {
        public Answer {
            values = List.copyOf(values);
        }
    }

    private TopicAnswers(
            KafkaCluster cluster,
            AnswerOptions options,
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer) {
        this.cluster = cluster;
        this.options = options;
        this.consumer = consumer;
        this.producer = producer;
        this.reader = new MessageReader(options.format(), List.of());
    }

    /**
     * Joins the group.
     *
     * @throws TopicException if the cluster does not let this client in, or has no such topic
     */
    public static TopicAnswers open(KafkaCluster cluster, AnswerOptions options)
            throws TopicException, InterruptedException {
        KafkaConsumer<byte[], byte[]> consumer = cluster.consumer(
                options.member().group(),
                Map.of(
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        options.member().instance(),
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        Math.toIntExact(ABANDONED_AFTER.toMillis()),
                        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                        POLL_INTERVAL_MILLIS,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        LARGEST_MESSAGE,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        options.most()));
        KafkaProducer<byte[], byte[]> producer = null;
        boolean ready = false;
        try {
            cluster.requireTopic(options.topics().messages(), consumer, FIRST_ANSWER);
            MessageSender.makeTopic(cluster, options.topics().answers(), 0);
            producer = cluster.producer(Map.of(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    options.member().group() + "-" + options.member().instance(),
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                    Math.toIntExact(ABANDONED_AFTER.toMillis()),
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    LARGEST_MESSAGE));
            producer.initTransactions();
            TopicAnswers answers = new TopicAnswers(cluster, options, consumer, producer);
            consumer.subscribe(Set.of(options.topics().messages()), answers.new Rebalances());
            ready = true;
            return answers;
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        } catch (KafkaException e) {
            throw cluster.explain(options.topics().messages(), e);
        } finally {
            if (!ready) {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
                if (producer != null) {
                    producer.close(Duration.ZERO);
                }
            }
        }
    }

    /**
     * The next messages: as many as are answered together, or those that came while the first of them waited. Those of a partition come
     * in its order; where it is taken up, also after an answer that was not sent, they begin as far before the first to be answered as the
     * options say.
     *
     * @param patience how long to wait for the first
     * @return empty if none came
     * @throws TopicException if messages that the group has not answered are gone, or the broker refuses
     */
    public List<Message> poll(Duration patience) throws IOException, InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try {
            fetch(patience, records);
            long deadline = System.nanoTime() + options.linger().toNanos();
            long left = options.linger().toNanos();
            while (!records.isEmpty() && records.size() < options.most() && left > 0) {
                fetch(Duration.ofNanos(left), records);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        } catch (OffsetOutOfRangeException e) {
            throw new TopicException(
                    cluster.name() + ": " + options.topics().messages()
                            + ": messages that were not answered are gone; lengthen the topic's retention.ms, or begin with"
                            + " another --group",
                    e);
        } catch (KafkaException e) {
            throw cluster.explain(options.topics().messages(), e);
        }
        List<Message> messages = new ArrayList<>();
        records.forEach(its -> messages.add(message(its)));
        return messages;
    }

    private Message message(ConsumerRecord<byte[], byte[]> record) {
        Place place = places.get(partition(record));
        boolean answered = place != null && record.offset() < place.next;
        try {
            List<MessageReader.Named> read = reader.readNamed(record);
            return new Message(
                    record,
                    read.stream().map(MessageReader.Named::sample).toList(),
                    read.stream().map(MessageReader.Named::name).toList(),
                    null,
                    answered);
        } catch (DataException e) {
            return new Message(record, List.of(), List.of(), e, answered);
        }
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /**
     * Adds messages to those that are held. Where partitions changed hands meanwhile, those are dropped: the group would let this member
     * answer for partitions that it has now, also what it fetched when it had others.
     */
    private void fetch(Duration patience, List<ConsumerRecord<byte[], byte[]>> records) {
        rebalanced = false;
        ConsumerRecords<byte[], byte[]> more = consumer.poll(patience);
        if (rebalanced) {
            records.clear();
        }
        more.forEach(records::add);
    }

    /**
     * Sends what was found out about all messages of the last poll, and has the group go on behind them. Where the broker cannot be reached
     * meanwhile, the messages come again.
     *
     * @return false if nothing was sent: the broker was away, or other members have taken the partitions over
     * @throws TopicException if it never will
     */
    public boolean answer(List<Answer> answers) throws IOException, InterruptedException {
        if (answers.isEmpty()) {
            return true;
        }
        try {
            if (!hasDeadLetters && answers.stream().anyMatch(answer -> answer.failure() != null)) {
                MessageSender.makeTopic(cluster, options.topics().deadLetters(), 1);
                hasDeadLetters = true;
            }
            producer.beginTransaction();
            for (Answer answer : answers) {
                send(answer);
            }
            Map<TopicPartition, OffsetAndMetadata> behind = behind(answers);
            producer.sendOffsetsToTransaction(behind, consumer.groupMetadata());
            commit();
            behind.forEach((partition, to) ->
                    places.computeIfPresent(partition, (same, place) -> new Place(to.offset(), place.beginning)));
            return true;
        } catch (InterruptException e) {
            throw KafkaCluster.interrupted(e);
        } catch (CommitFailedException e) {
            LOG.warn(
                    "{}: other members answer what was not answered here",
                    options.topics().messages());
            superseded = true;
            abort(e);
            return false;
        } catch (ProducerFencedException e) {
            throw new TopicException(
                    cluster.name() + ": another process answers "
                            + options.topics().messages() + " as --instance "
                            + options.member().instance(),
                    e);
        } catch (AuthorizationException | AuthenticationException | ApplicationRecoverableException e) {
            throw cluster.explain(options.topics().answers(), e);
        } catch (KafkaException e) {
            LOG.warn("{}: {}; the messages come again", options.topics().answers(), e.getMessage());
            abort(e);
            goBack(answers);
            return false;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit throws what went wrong
    private void send(Answer answer) {
        ConsumerRecord<byte[], byte[]> record = answer.message().record();
        if (answer.failure() != null) {
            producer.send(deadLetter(record, answer.failure()));
            return;
        }
        for (String value : answer.values()) {
            producer.send(new ProducerRecord<>(
                    options.topics().answers(), record.key(), value.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(options.topics().deadLetters(), record.key(), record.value());
        for (Header header : record.headers()) {
            letter.headers().add(header);
        }
        DeadLetters.put(letter.headers(), "topic", record.topic());
        DeadLetters.put(letter.headers(), "partition", record.partition());
        DeadLetters.put(letter.headers(), "offset", record.offset());
        DeadLetters.put(letter.headers(), "timestamp", record.timestamp());
        DeadLetters.put(letter.headers(), "cause", cause.getMessage());
        return letter;
    }

    private static Map<TopicPartition, OffsetAndMetadata> behind(List<Answer> answers) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (Answer answer : answers) {
            ConsumerRecord<byte[], byte[]> its = answer.message().record();
            positions.put(partition(its), new OffsetAndMetadata(its.offset() + 1));
        }
        return positions;
    }

    /** A commit that the broker was too slow to confirm may have happened: it is asked again until it says. */
    private void commit() {
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                LOG.warn(
                        "{}: the broker does not confirm the answers yet: {}",
                        options.topics().answers(),
                        e.getMessage());
            }
        }
    }

    private void abort(KafkaException cause) throws TopicException {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            e.addSuppressed(cause);
            throw cluster.explain(options.topics().answers(), e);
        }
    }

    /** To the first message of each partition that was not answered, and to what is remembered before it. */
    private void goBack(List<Answer> answers) {
        for (Answer answer : answers) {
            TopicPartition partition = partition(answer.message().record());
            if (consumer.assignment().contains(partition)) {
                takeUp(partition, places.get(partition));
            }
        }
    }

    private void takeUp(TopicPartition partition, Place place) {
        places.put(partition, place);
        consumer.seek(partition, Math.min(place.next, Math.max(place.beginning, place.next - options.before())));
    }

    /** Messages of this member's partitions that were not polled; -1 while that is not known. */
    public long lag() {
        long sum = 0;
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong its = consumer.currentLag(partition);
            if (its.isEmpty()) {
                return -1;
            }
            sum += its.getAsLong();
        }
        return sum;
    }

    /** Whether this member has partitions, and nothing is left in them. */
    public boolean isAtEnd() {
        return !superseded && !consumer.assignment().isEmpty() && lag() == 0;
    }

    /** Called by the consumer inside of {@code poll}. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            rebalanced = true;
            superseded = false;
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions), SETTLED);
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, ASK);
            // Kafka's consumer takes whichever offset it asked for last for the end, so that it would lag by nothing
            // until messages come.
            consumer.endOffsets(partitions, ASK);
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata its = committed.get(partition);
                long beginning = beginnings.get(partition);
                if (its != null) {
                    takeUp(partition, new Place(its.offset(), beginning));
                } else if (options.start() == TopicOptions.Start.EARLIEST) {
                    takeUp(partition, new Place(beginning, beginning));
                } else {
                    consumer.seekToEnd(Set.of(partition));
                    takeUp(partition, new Place(consumer.position(partition, ASK), beginning));
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            rebalanced = true;
        }
    }

    @Override
    public void close() {
        // What was not answered is answered by others: nothing is waited for.
        try {
            producer.close(PARTING);
        } finally {
            consumer.close(
                    CloseOptions.timeout(PARTING).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        }
    }
}
