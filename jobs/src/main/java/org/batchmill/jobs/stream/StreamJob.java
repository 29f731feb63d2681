package org.batchmill.jobs.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.ingest.sources.kafka.AnswerOptions;
import org.batchmill.ingest.sources.kafka.TopicAnswers;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.model.StreamMemory;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.topic.Topics;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Sample;

/**
 * Answers the messages of a topic with what a model says of them: a JSON object for each sample, with the key of its message, as {@code
 * {"topic": .., "partition": .., "offset": .., "row": .., "timestamp": .., ...}} and what the model says. Several processes of one group share the
 * partitions. No more is fetched than is answered: where the model is slower than the topic, messages wait at the broker.
 *
 * <p>Runs once; {@link #requestStop()} may come from any thread.
 */
public final class StreamJob {

    private static final String WORK = "answering";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final int SHOWN = 5;

    private final StreamOptions options;
    private final KafkaOptions kafka;
    private final JobListener listener;
    private volatile boolean stopRequested;
    private long messages;
    private long answers;
    private long failed;
    private long lastMessage;
    private boolean quiet;

    /**
     * What was done.
     *
     * @param failed messages that could not be answered
     */
    public record Result(String to, long messages, long answers, long failed, double seconds) {

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("to", to);
            keys.put("messages", messages);
            keys.put("answers", answers);
            keys.put("failed", failed);
            keys.put("seconds", seconds);
            return JsonLine.of(keys);
        }
    }

    public StreamJob(StreamOptions options, KafkaOptions kafka, JobListener listener) {
        this.options = options;
        this.kafka = kafka;
        this.listener = listener;
    }

    /** Ends the job behind the messages that are being answered. Thread-safe. */
    public void requestStop() {
        stopRequested = true;
    }

    /**
     * Answers until it is asked to stop, or the topic is idle for as long as the options say.
     *
     * @param model stays the caller's
     * @throws IOException if the broker refuses, or a message cannot be answered and the options say that this ends the job
     */
    public Result run(SamplePredictor model) throws IOException, InterruptedException {
        AnswerOptions asked = options.answers(kafka, model.memory().isNeeded());
        long start = System.nanoTime();
        try (TopicAnswers topic = TopicAnswers.open(Topics.reached(kafka), asked)) {
            lastMessage = System.nanoTime(); // loading the model and reaching the broker is no idleness
            boolean idle = false;
            while (!stopRequested && !idle) {
                List<TopicAnswers.Message> polled = topic.poll(POLL);
                if (!polled.isEmpty()) {
                    answer(topic, polled, model);
                    progress(topic, (System.nanoTime() - start) * 1e-9);
                }
                if (!polled.isEmpty() || !topic.isAtEnd()) {
                    // Joining the group, and finding out what there is, is no idleness.
                    lastMessage = System.nanoTime();
                    quiet = false;
                } else {
                    sayIfQuiet(asked.topics().messages());
                    // Nowhere else: this thread may not have run for as long since it looked last.
                    idle = isIdle();
                }
            }
        }
        listener.finished(WORK);
        return new Result(asked.topics().answers(), messages, answers, failed, (System.nanoTime() - start) * 1e-9);
    }

    private boolean isIdle() {
        return options.idle != null && System.nanoTime() - lastMessage > options.idle.toNanos();
    }

    private void sayIfQuiet(String topic) {
        if (!quiet && System.nanoTime() - lastMessage > QUIET.toNanos()) {
            quiet = true;
            listener.log("waiting for messages of " + topic);
        }
    }

    private void progress(TopicAnswers topic, double seconds) {
        long lag = topic.lag();
        String detail = String.format(Locale.ROOT, "%.1f answers/s", answers / seconds);
        listener.progress(WORK, messages, 0, lag < 0 ? detail : detail + ", lag " + lag);
    }

    /** What is sent for a message; with a failure that is passed over, nothing. */
    private record Verdict(TopicAnswers.Answer answer, IOException failure) {}

    /** A message to be answered, and what the model predicts for its samples; a failure if nothing can be made of it. */
    private record Question(TopicAnswers.Message message, List<Sample> samples, IOException failure) {}

    private void answer(TopicAnswers topic, List<TopicAnswers.Message> polled, SamplePredictor model)
            throws IOException, InterruptedException {
        List<Question> questions = new ArrayList<>();
        for (TopicAnswers.Message message : polled) {
            Question question = question(message, model.memory());
            if (!message.answered()) {
                questions.add(question);
            }
        }
        List<Sample> samples = new ArrayList<>();
        questions.forEach(question -> samples.addAll(question.samples));
        List<SamplePredictor.Prediction> predictions = samples.isEmpty() ? List.of() : model.predict(samples);
        List<Verdict> verdicts = new ArrayList<>();
        IOException last = null;
        int next = 0;
        for (Question question : questions) {
            List<SamplePredictor.Prediction> its = predictions.subList(next, next + question.samples.size());
            next += its.size();
            IOException failure = failure(question, its);
            if (failure != null && options.onError == ErrorMode.FAIL) {
                // Those before it are answered, so that it is the first when somebody has mended it.
                last = failure;
                break;
            }
            verdicts.add(new Verdict(
                    new TopicAnswers.Answer(
                            question.message,
                            failure == null ? values(question.message.record(), its) : List.of(),
                            options.onError == ErrorMode.QUARANTINE ? failure : null),
                    failure));
        }
        if (topic.answer(verdicts.stream().map(Verdict::answer).toList())) {
            verdicts.forEach(this::count);
        }
        if (last != null) {
            throw last;
        }
    }

    private static Question question(TopicAnswers.Message message, StreamMemory memory) {
        if (message.failure() != null) {
            return new Question(message, List.of(), message.failure());
        }
        ConsumerRecord<byte[], byte[]> record = message.record();
        try {
            List<Sample> samples = memory.with(new StreamMemory.Message(
                    record.partition(),
                    record.offset(),
                    record.key() == null ? null : ByteBuffer.wrap(record.key()),
                    message.samples(),
                    message.names()));
            return new Question(message, samples, null);
        } catch (IOException e) {
            return new Question(message, List.of(), e);
        }
    }

    /** A message is answered as a whole or not at all. */
    private static IOException failure(Question question, List<SamplePredictor.Prediction> predictions) {
        if (question.failure != null) {
            return question.failure;
        }
        for (SamplePredictor.Prediction prediction : predictions) {
            if (prediction.failure() != null) {
                return prediction.failure();
            }
        }
        return null;
    }

    private static List<String> values(
            ConsumerRecord<byte[], byte[]> record, List<SamplePredictor.Prediction> predictions) {
        List<String> values = new ArrayList<>();
        for (SamplePredictor.Prediction prediction : predictions) {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("topic", record.topic());
            keys.put("partition", record.partition());
            keys.put("offset", record.offset());
            keys.put("row", values.size());
            keys.put("timestamp", record.timestamp());
            keys.putAll(prediction.keys());
            values.add(JsonLine.of(keys));
        }
        return values;
    }

    private void count(Verdict verdict) {
        messages++;
        answers += verdict.answer().values().size();
        if (verdict.failure() != null && ++failed <= SHOWN) {
            listener.warn("no answer: " + verdict.failure().getMessage());
        }
    }
}
