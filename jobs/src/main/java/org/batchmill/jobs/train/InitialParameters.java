package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.convert.ForeignWeights;
import org.batchmill.jobs.convert.ModelFormat;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/**
 * Transfer learning: the parameters of another run or of another program's file that a training starts from.
 *
 * @param file       they come from
 * @param model      of whose network they are, for errors
 * @param checkpoint that they are of; null if another program wrote them
 * @param values     by name
 */
record InitialParameters(Path file, String model, Checkpoint checkpoint, Map<String, float[]> values) {

    /** The checkpoint that {@code --init} names; null for nothing, and for another program's weights. */
    static ChosenCheckpoint checkpoint(OptimizationOptions options, JobListener listener) throws IOException {
        boolean none =
                options.init == null || ForeignWeights.format(options.init).isPresent();
        return none ? null : ChosenCheckpoint.take(options.init, listener);
    }

    /**
     * Reads what {@code --init} names; null for nothing.
     *
     * @param chosen what {@link #checkpoint} gave
     * @throws IOException if the file is damaged, or none of its parameters can be one of the network
     */
    static InitialParameters of(
            OptimizationOptions options, Network network, ChosenCheckpoint chosen, JobListener listener)
            throws IOException {
        Path file = options.init;
        Optional<ModelFormat> foreign = file == null ? Optional.empty() : ForeignWeights.format(file);
        if (options.initNames != null && foreign.isEmpty()) {
            throw new OptionException("{init-names} names what is in a file of another program, and {init} names none");
        }
        if (file == null) {
            return null;
        }
        if (foreign.isPresent()) {
            ForeignWeights weights = ForeignWeights.read(file, foreign.get(), network, options.initNames, listener);
            return new InitialParameters(file, file.toString(), null, weights.parameters());
        }
        Checkpoint checkpoint = chosen.checkpoint();
        return new InitialParameters(
                chosen.file(), checkpoint.network().name(), checkpoint, checkpoint.parametersToPredict());
    }

    /**
     * Takes over every parameter that has the same name and size; a head for other classes keeps its own start.
     *
     * @return how many were taken
     * @throws UsageException if none fits: that is another model altogether
     */
    int into(Program program) {
        Network network = program.spec().network();
        int taken = 0;
        for (Parameter parameter : network.parameters()) {
            float[] its = values.get(parameter.name());
            if (its != null && its.length == parameter.size()) {
                program.setParameter(parameter.name(), its);
                taken++;
            }
        }
        if (taken == 0) {
            throw new UsageException("no parameter of " + model + " fits " + network.name() + " by name and size");
        }
        return taken;
    }
}
