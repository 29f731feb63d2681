package org.batchmill.jobs.train;

import java.util.List;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.engine.ProgramSpecBuilder;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/** What the engine is asked to compile. */
final class ProgramRequest {

    private ProgramRequest() {}

    /**
     * @param rows          at a time
     * @param syncBatchNorm see {@link ProgramSpec}
     * @throws UsageException if a pattern of layers fits none
     */
    static ProgramSpec of(TrainOptions options, Learning learning, KeptZeros zeros, int rows, boolean syncBatchNorm) {
        ProgramSpecBuilder spec = ProgramSpec.training(
                        learning.network(),
                        learning.inputFormat(),
                        rows,
                        learning.loss(),
                        learning.recipe().optimization().optimizer(),
                        options.input().seed)
                .toBuilder()
                .l2(learning.recipe().optimization().decay())
                .clipNorm(learning.recipe().optimization().clipNorm())
                .keepZeros(zeros.kept())
                .syncBatchNorm(syncBatchNorm);
        OptimizationOptions optimization = options.optimization();
        if (optimization.l1 != null) {
            spec.l1(optimization.l1);
        }
        if (optimization.clipValue != null) {
            spec.clipValue(optimization.clipValue);
        }
        optimization.freeze.forEach(spec::freeze);
        optimization.layerRates.forEach(rate -> spec.rate(rate.pattern(), rate.multiplier()));
        ProgramSpec asked = spec.build();
        asked.learning().rates().forEach(rate -> requireLayer(learning.network(), rate.layerPattern()));
        if (learning.network().parameters().stream()
                .filter(Parameter::trainable)
                .allMatch(parameter -> asked.rate(parameter.layer()) == 0)) {
            throw new OptionException(
                    "{freeze} and {layer-rates} leave no layer of {} that learns",
                    learning.network().name());
        }
        return asked;
    }

    /** A pattern that fits nothing is misspelt: training all layers instead would waste the run. */
    private static void requireLayer(Network network, String pattern) {
        List<String> layers =
                network.parameters().stream().map(Parameter::layer).distinct().toList();
        if (layers.stream().noneMatch(new ProgramSpec.RateMultiplier(pattern, 1)::matches)) {
            throw new UsageException("no layer of " + network.name() + " that learns matches " + pattern
                    + "; there are " + String.join(", ", layers));
        }
    }
}
