package org.batchmill.jobs.task;

import java.io.IOException;
import org.batchmill.augment.transform.Policy;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;

/** What a steering network is shown of a drive. Immutable. */
record DriveView(SteeringInput input) implements InputView {

    @Override
    public SourceOptions.Frames frames(DataOptions data) {
        return input.decoding(data.frameCache);
    }

    @Override
    public SampleSource show(SampleSource source) throws IOException {
        return input.show(source);
    }

    @Override
    public Policy policy(Policy asked) {
        return input.coloured(asked);
    }

    @Override
    public void refuseHoldout() {
        throw new OptionException(
                "{val-share} and {folds} divide samples at random, and neighbouring frames of a drive are nearly the same"
                        + " image: name whole drives with {val}");
    }
}
