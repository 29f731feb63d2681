package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.serve.ServeJob;
import org.batchmill.jobs.serve.ServeOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** {@code batchmill serve}. */
@Command(
        name = "serve",
        header = "Serves batches to trainers: to PyTorch, NumPy, Java, or whatever reads Arrow.",
        description = {
            "Decodes, augments and batches as training does, into memory that consumers share: nothing is copied. Each takes its shard of every epoch, or all take from one stream. The Python side is the file clients/python/batchmill.py. Other machines take them by Arrow Flight. Ctrl-C stops it."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill serve --data FOLDER --policy yolo --batch 32",
            "  batchmill serve --data 'out/photos-train-*.tfrecord' --size 224x224 --on-error skip",
            "  batchmill serve --data FOLDER --split val --shuffle none --last keep --bind 127.0.0.1:7071",
            "  batchmill serve --data FOLDER --flight 0.0.0.0:7071 --tls-certificate host.crt --tls-key host.key"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {

    private final Terminal terminal;

    private final DataOptions data = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(data).without("val", "val-share").spec();

    private final InputOptions input = new InputOptions();

    @Mixin
    final CommandSpec ofInput = DeclaredOptions.of(input, input.sampling, input.resources)
            .without("prefetch", "autotune", "max-workers", "max-input-memory", "cached")
            .spec();

    private final ServeOptions options = new ServeOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            ServeJob job = new ServeJob(data, input, options, progress);
            try (Signals.Asked asked = Signals.asks(() -> {
                job.requestStop();
                return false;
            })) {
                job.run();
            }
        }
        return ExitCode.STOPPED;
    }
}
