package org.batchmill.jobs.topic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.MessageSender;
import org.batchmill.ingest.sources.kafka.TopicException;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/**
 * Tells a topic of each checkpoint: JSON with {@code run}, {@code step}, {@code checkpoint} (an absolute path), {@code loss} and the
 * {@code scores} of the last evaluation; the key is the run's folder. A broker that does not take it
 * ends no training.
 */
final class Announcements implements Hook, AutoCloseable {

    private final MessageSender sender;
    private final String topic;
    private final String run;
    private final JobListener listener;
    private double loss = Double.NaN;
    private Map<String, Double> scores = Map.of();

    private Announcements(MessageSender sender, String topic, Path run, JobListener listener) {
        this.sender = sender;
        this.topic = topic;
        this.run = run.toAbsolutePath().toString();
        this.listener = listener;
    }

    /** Makes the topic if it is not there. */
    static Announcements open(KafkaCluster cluster, String topic, Path run, JobListener listener) throws IOException {
        try {
            MessageSender.makeTopic(cluster, topic, 1);
            return new Announcements(MessageSender.open(cluster), topic, run, listener);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) {
        loss = report.loss();
    }

    @Override
    public void onEvaluated(LoopControl loop, Evaluation evaluation) {
        scores = evaluation.scores();
    }

    @Override
    public void onSaved(LoopControl loop, Path checkpoint) throws IOException {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("run", run);
        keys.put("step", loop.step());
        keys.put("checkpoint", checkpoint.toAbsolutePath().toString());
        keys.put("loss", JsonLine.finite(loss));
        Map<String, Object> finite = new LinkedHashMap<>();
        scores.forEach((name, value) -> finite.put(name, JsonLine.finite(value)));
        keys.put("scores", finite);
        try {
            sender.send(new ProducerRecord<>(
                    topic,
                    run.getBytes(StandardCharsets.UTF_8),
                    JsonLine.of(keys).getBytes(StandardCharsets.UTF_8)));
        } catch (TopicException e) {
            listener.warn("the checkpoint was not announced: " + e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while a checkpoint was announced");
    }

    /** Waits for what is on its way. */
    @Override
    public void close() {
        sender.close();
    }
}
