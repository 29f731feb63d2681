package org.batchmill.jobs.drive;

import java.io.IOException;
import java.util.List;
import org.batchmill.jobs.model.PipelinePredictor;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.model.StreamMemory;
import org.batchmill.jobs.steering.DriveWindows;
import org.batchmill.records.Sample;

/** A network of several frames, which remembers those before. */
final class DrivePredictor implements SamplePredictor, StreamMemory {

    private final PipelinePredictor network;
    private final DriveWindows windows;

    /** Both become this one's, which closes them. */
    DrivePredictor(PipelinePredictor network, DriveWindows windows) {
        this.network = network;
        this.windows = windows;
    }

    @Override
    public List<Prediction> predict(List<Sample> samples) throws IOException, InterruptedException {
        return network.predict(samples);
    }

    @Override
    public StreamMemory memory() {
        return this;
    }

    @Override
    public boolean isNeeded() {
        return true;
    }

    @Override
    public List<Sample> with(Message message) throws IOException {
        return windows.with(message.partition(), message.offset(), message.key(), message.samples(), message.names());
    }

    @Override
    public void close() {
        windows.close();
        network.close();
    }
}
