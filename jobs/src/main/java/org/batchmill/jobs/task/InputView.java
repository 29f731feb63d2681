package org.batchmill.jobs.task;

import java.io.IOException;
import org.batchmill.augment.transform.Policy;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/** What a network is shown of its data. Immutable. */
@FunctionalInterface
public interface InputView {

    /** Samples as they are; of videos whole frames, in as much memory as the options allow. */
    InputView WHOLE = data -> {
        SourceOptions.Frames whole = SourceOptions.Frames.WHOLE;
        return data.frameCache == null ? whole : new SourceOptions.Frames(whole.crop(), 0, 0, data.frameCache.count());
    };

    /** What the frames of videos are decoded to. */
    SourceOptions.Frames frames(DataOptions data);

    /** What the network sees of a source, which the caller still closes; the source itself where that is all of it. */
    default SampleSource show(SampleSource source) throws IOException {
        return source;
    }

    /** A policy for samples as shown: what is asked for, and what the network needs behind it. */
    default Policy policy(Policy asked) {
        return asked;
    }

    /** @throws UsageException for data of which nothing is held out at random */
    default void refuseHoldout() {}
}
