package org.batchmill.cli;

import org.batchmill.jobs.options.DataOptions;
import picocli.CommandLine.Option;

/** The options that say what a training is judged on. */
final class ValidationMixin {

    @Option(
            names = "--val",
            paramLabel = "WHERE",
            description = "Samples to validate on; the folder's own validation list if not given.")
    String val;

    @Option(
            names = "--holdout",
            paramLabel = "SHARE",
            description = "Hold out this share of the samples to validate on, drawn by the seed: .2.")
    Double holdout;

    DataOptions onto(DataOptions options) {
        return options.val(val).holdout(holdout);
    }
}
