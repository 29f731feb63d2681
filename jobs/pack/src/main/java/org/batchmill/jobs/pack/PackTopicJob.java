package org.batchmill.jobs.pack;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.PackedShard;
import org.batchmill.ingest.packing.TopicPackJob;
import org.batchmill.ingest.sources.kafka.TopicWindow;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.topic.Topics;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.OptionException;

/** Archives a stretch of a Kafka topic into record shards with an index. Stateless. */
public final class PackTopicJob {

    private PackTopicJob() {}

    /**
     * Packs what was committed between two offsets when it began.
     *
     * @param kafka the cluster
     * @throws org.batchmill.records.UsageException if an option makes no sense
     * @throws org.batchmill.records.DataException  if more messages are bad than may be left out
     * @throws IOException                          if the cluster does not answer or files cannot be written
     */
    public static PackReport run(KafkaOptions kafka, PackTopicOptions options, JobListener listener)
            throws IOException, InterruptedException {
        PackingOptions packing = options.packing;
        if (packing.onError == ErrorMode.QUARANTINE) {
            throw new OptionException("{on-error} is fail or skip for a topic, which keeps its messages itself");
        }
        PackProgress.Listener progress = now -> listener.progress(
                "packing",
                now.checked(),
                now.total(),
                String.format(Locale.ROOT, "%d samples, %d bad", now.written(), now.bad()));
        TopicPackJob.Result result = new TopicPackJob(
                        Topics.reached(kafka),
                        new TopicPackJob.Options(
                                new TopicWindow.Options(
                                        options.topic,
                                        options.messageFormat,
                                        options.classes,
                                        options.from,
                                        options.until),
                                packing.out,
                                options.to,
                                options.shards,
                                packing.onError == ErrorMode.SKIP ? packing.maxErrors : 0),
                        progress)
                .run();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("dataset", result.dataset().toString());
        keys.put("samples", result.samples());
        keys.put("shards", result.shards().stream().map(PackedShard::file).toList());
        keys.put("bad", result.bad().size());
        String line = String.format(
                Locale.ROOT,
                "%,d samples in %d files; %s describes them; %d bad samples left out",
                result.samples(),
                result.shards().size(),
                result.dataset(),
                result.bad().size());
        return new PackReport(result.bad().stream().map(Object::toString).toList(), keys, List.of(line));
    }
}
