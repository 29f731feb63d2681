package org.batchmill.jobs.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.NetworkTask;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.Predictor;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.Task;

/**
 * One checkpoint, or several as an ensemble, compiled to predict. Used by one thread at a time; owns its programs until it is
 * closed.
 */
public final class TrainedModel implements AutoCloseable {

    private final List<Program> programs;
    private final Network network;
    private final NetworkTask task;

    private TrainedModel(List<Program> programs, Network network, NetworkTask task) {
        this.programs = programs;
        this.network = network;
        this.task = task;
    }

    /**
     * Loads and compiles.
     *
     * @param checkpoints files or run folders, see {@link ChosenCheckpoint}
     * @param rows        samples predicted at a time
     * @param listener    is told which checkpoints are taken
     */
    public static TrainedModel load(List<Path> checkpoints, int rows, EngineOptions options, JobListener listener)
            throws IOException {
        return load(checkpoints, rows, options, true, listener);
    }

    /** @param averaged take the moving average of the weights where a checkpoint keeps one */
    public static TrainedModel load(
            List<Path> checkpoints, int rows, EngineOptions options, boolean averaged, JobListener listener)
            throws IOException {
        DevicePlacement placement = new DevicePlacement(options, JobListener.SILENT);
        List<Program> programs = new ArrayList<>();
        NetworkTask task = null;
        Network network = null;
        try {
            for (Path place : checkpoints) {
                Checkpoint checkpoint = ChosenCheckpoint.take(place, listener).checkpoint();
                if (network == null) {
                    network = checkpoint.network();
                    task = NetworkTask.of(checkpoint.task());
                } else if (!checkpoint
                                .task()
                                .kind()
                                .equals(task.core().description().kind())
                        || !checkpoint
                                .task()
                                .classes()
                                .equals(task.core().description().classes())) {
                    throw new UsageException(place + " was trained for another task than " + checkpoints.get(0));
                }
                programs.add(compile(placement, checkpoint, rows, averaged));
            }
        } catch (IOException | RuntimeException e) {
            programs.forEach(Program::close);
            throw e;
        }
        return new TrainedModel(programs, network, task);
    }

    /** Compiles one that has been read. */
    public static TrainedModel of(Checkpoint checkpoint, int rows, EngineOptions options) throws IOException {
        DevicePlacement placement = new DevicePlacement(options, JobListener.SILENT);
        NetworkTask task = NetworkTask.of(checkpoint.task());
        return new TrainedModel(List.of(compile(placement, checkpoint, rows, true)), checkpoint.network(), task);
    }

    private static Program compile(DevicePlacement placement, Checkpoint checkpoint, int rows, boolean averaged) {
        Network network = checkpoint.network();
        Program program =
                placement.compile(ProgramSpec.inference(network, Learning.inputFormat(formatOf(network)), rows));
        Map<String, float[]> parameters = averaged ? checkpoint.parametersToPredict() : checkpoint.parameters();
        for (Map.Entry<String, float[]> parameter : parameters.entrySet()) {
            program.setParameter(parameter.getKey(), parameter.getValue());
        }
        return program;
    }

    /** Images come as bytes, rows of tables as floats. */
    private static Batch.Format formatOf(Network network) {
        return network.input().isVector() ? Batch.Format.FLOAT32_NHWC : Batch.Format.UINT8_NHWC;
    }

    /** How its batches lie in memory. */
    public Batch.Format format() {
        return formatOf(network);
    }

    /** Of the first checkpoint. */
    public Network network() {
        return network;
    }

    public NetworkTask networkTask() {
        return task;
    }

    public Task task() {
        return task.core();
    }

    /** What all checkpoints say together; it ends with this. */
    public Predictor predictor() {
        return programs.size() == 1 ? Predictor.of(programs.get(0)) : Predictor.ensemble(programs, task.core());
    }

    @Override
    public void close() {
        programs.forEach(Program::close);
    }
}
