package org.batchmill.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.jobs.DryRun;
import org.batchmill.jobs.predict.ImagePrediction;
import org.batchmill.jobs.predict.PredictJob;
import org.batchmill.jobs.predict.PredictOptions;
import org.batchmill.records.OptionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill predict}. */
@Command(
        name = "predict",
        header = "Says which classes images are of.",
        description = {
            "An image that cannot be read has a line with the reason; the others are done; the exit code is then 1.",
            "With --data kafka:TOPIC --to kafka:TOPIC each message of a topic is answered once, until a signal comes."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill predict out/run photos --out out/predicted",
            "  batchmill predict out/run a.jpg b.png --json",
            "  batchmill predict out/run photos --top 1 --out out/photos.csv",
            "  batchmill predict out/run --data kafka:images --to kafka:classes --bootstrap localhost:9092"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PredictCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "A checkpoint of a classifier, or a run folder.")
    Path checkpoint;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "IMAGES", description = "Images, and folders of them.")
    List<Path> images = List.of();

    private final PredictOptions options = new PredictOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options, options.engine).spec();

    private final StreamMixin stream = new StreamMixin();

    @Mixin
    final CommandSpec ofStream = stream.spec("batch", "look-back");

    @Mixin
    Results results;

    PredictCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.checkpoint = checkpoint;
        options.images = images;
        if (stream.isAsked() == !images.isEmpty()) {
            throw new OptionException("name images, or give {data} kafka:TOPIC: one of both");
        }
        if (stream.isAsked()) {
            stream.rows(options.batch);
            return stream.answer(terminal, results, progress -> PredictJob.predictor(options, stream.rows(), progress));
        }
        if (options.dryRun) {
            DryRun preview = PredictJob.preview(options);
            results.print(terminal, preview::toJson, preview::lines);
            return ExitCode.DONE;
        }
        Summary summary = new Summary("images");
        int bad;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            bad = PredictJob.run(options, prediction -> show(prediction, summary), progress);
        }
        summary.bad(bad);
        summary.print(terminal, results, options.out);
        return bad == 0 ? ExitCode.DONE : ExitCode.BAD;
    }

    private void show(ImagePrediction prediction, Summary summary) {
        if (prediction.error() == null) {
            summary.add();
        }
        results.print(terminal, prediction::toJson, () -> List.of(prediction.line()));
    }
}
