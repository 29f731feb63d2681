package org.batchmill.jobs.produce;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.ingest.sources.kafka.MessageSender;
import org.batchmill.ingest.sources.kafka.MessageWriter;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.task.InputView;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.records.OptionException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/** Sends a data set to a topic, in its own order. Runs once; {@link #requestStop()} may come from any thread. */
public final class ProduceJob {

    private final DataOptions data;
    private final ProduceOptions options;
    private final JobListener listener;
    private volatile boolean stopRequested;

    /** What was sent. */
    public record Result(String topic, long samples, long messages, long bytes, double seconds) {

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("topic", topic);
            keys.put("samples", samples);
            keys.put("messages", messages);
            keys.put("bytes", bytes);
            keys.put("samples_per_second", samples / seconds);
            return JsonLine.of(keys);
        }
    }

    /** @throws UsageException if an option makes no sense */
    public ProduceJob(DataOptions data, ProduceOptions options, JobListener listener) {
        if (options.topic == null || options.topic.isEmpty()) {
            throw new OptionException("{topic} says where the samples go");
        }
        if (options.rows < 1 || options.rate < 0 || options.count < 0 || options.partitions < 0) {
            throw new OptionException("{rows} is at least 1, {rate}, {count} and {partitions} at least 0");
        }
        if (options.stackFor == null && options.frames.areGiven()) {
            throw new OptionException("{frames}, {frame-gap}, {crop} and {input-size} belong to {stack-for}");
        }
        this.data = data;
        this.options = options;
        this.listener = listener;
    }

    /** Ends the job when what was sent has arrived. Thread-safe. */
    public void requestStop() {
        stopRequested = true;
    }

    /**
     * Sends.
     *
     * @throws IOException if a sample is bad, or the broker does not take it
     */
    public Result run(KafkaCluster cluster) throws IOException, InterruptedException {
        InputView view = options.stackFor == null ? null : stacks();
        try (SampleSource opened = view == null ? DataSets.openToSend(data) : DataSets.openAll(data, view);
                SampleSource source = view == null ? opened : view.show(opened)) {
            if (!(source instanceof SampleSource.Indexed indexed)) {
                throw new UsageException("a data set of known size is sent, not a stream");
            }
            source.notices().forEach(listener::warn);
            List<String> classes = data.classes.isEmpty() ? source.classes() : data.classes;
            MessageFormat format = options.as == MessageFormat.AUTO ? MessageFormat.EXAMPLE : options.as;
            MessageSender.makeTopic(cluster, options.topic, options.partitions);
            try (MessageSender sender = MessageSender.open(cluster)) {
                return send(indexed, new MessageWriter(options.topic, format, classes), format, sender);
            }
        }
    }

    /** What train steering shows the network: messages that hold it need no others. */
    private InputView stacks() {
        if (options.as == MessageFormat.IMAGE) {
            throw new OptionException("{stack-for} sends pixels: {as} example or arrow");
        }
        TrainOptions training = TrainOptions.of(TaskKind.STEERING);
        training.optimization().model = options.stackFor;
        training.frames().crop = options.frames.crop;
        training.frames().inputSize = options.frames.inputSize;
        training.frames().frames = options.frames.frames;
        training.frames().frameGap = options.frames.frameGap;
        return training.task().definition().view(training);
    }

    private Result send(SampleSource.Indexed source, MessageWriter writer, MessageFormat format, MessageSender sender)
            throws IOException, InterruptedException {
        long total = options.count == 0 ? source.size() : options.count;
        int together = format == MessageFormat.ARROW ? options.rows : 1;
        long start = System.nanoTime();
        long samples = 0;
        long messages = 0;
        long bytes = 0;
        Sample ahead = null;
        while (samples < total && !stopRequested) {
            List<Sample> rows = new ArrayList<>();
            while (rows.size() < together && samples + rows.size() < total) {
                Sample next = ahead == null ? source.read((samples + rows.size()) % source.size()) : ahead;
                ahead = null;
                if (!rows.isEmpty() && isOfAnotherDrive(rows.get(0), next)) {
                    ahead = next; // a message has one key
                    break;
                }
                rows.add(next);
            }
            waitFor(start, samples);
            var message = writer.message(rows);
            sender.send(message);
            samples += rows.size();
            messages++;
            bytes += message.value().length;
            double seconds = (System.nanoTime() - start) * 1e-9;
            listener.progress(
                    "producing", samples, total, String.format(Locale.ROOT, "%.0f samples/s", samples / seconds));
        }
        sender.flush();
        listener.finished("producing");
        return new Result(options.topic, samples, messages, bytes, (System.nanoTime() - start) * 1e-9);
    }

    private static boolean isOfAnotherDrive(Sample one, Sample other) {
        String key = MessageWriter.key(one);
        boolean keyedByDrive = !key.equals(one.id().value());
        return keyedByDrive && !key.equals(MessageWriter.key(other));
    }

    /** Sleeps until it is a sample's turn. */
    private void waitFor(long start, long sample) throws InterruptedException {
        if (options.rate > 0) {
            long due = start + Math.round(sample * 1e9 / options.rate);
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
    }
}
