package org.batchmill.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.inspect.InspectJob;
import org.batchmill.jobs.inspect.InspectOptions;
import org.batchmill.jobs.model.PlanJob;
import org.batchmill.jobs.model.TrialOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.records.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill inspect}. */
@Command(
        name = "inspect",
        header =
                "Says what is in a record file, an image, a checkpoint or a model; with --plan, what an engine makes of"
                        + " a model.",
        description = "The exit code is 1 if one of them is damaged.",
        footer = {
            "",
            "Examples:",
            "  batchmill inspect out/bccd-val-00000-of-00004.tfrecord out/run/checkpoints/best.ckpt",
            "  batchmill inspect resnet18 --out out/resnet18.svg",
            "  batchmill inspect --plan pilotnet --batch 32"
        },
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files, or models: a name, a .yaml, .cfg or .onnx.")
    List<String> files = List.of();

    private final InspectOptions options = new InspectOptions();
    private final TrialOptions trial = new TrialOptions();
    private final EngineOptions engine = new EngineOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options, trial, engine).spec();

    @Mixin
    Results results;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (files.isEmpty() == (options.plan == null)) {
            throw new UsageException("inspect takes files, or --plan and a model");
        }
        if (options.out != null && files.size() != 1) {
            throw new UsageException("--out draws one model or checkpoint");
        }
        if (options.plan != null) {
            List<String> lines = PlanJob.run(options.plan, trial, engine);
            if (results.isJson()) {
                Map<String, Object> keys = new LinkedHashMap<>();
                keys.put("model", options.plan);
                keys.put("batch", trial.batch);
                keys.put("plan", lines);
                terminal.print(JsonLine.of(keys));
            } else {
                lines.forEach(terminal::print);
            }
            return ExitCode.DONE;
        }
        boolean fine = true;
        for (String file : files) {
            InspectJob.Report report = InspectJob.run(TextForms.path(file), options.out);
            fine &= report.fine();
            if (results.isJson()) {
                terminal.print(JsonLine.of(report.keys()));
            } else {
                report.lines().forEach(terminal::print);
            }
        }
        return fine ? ExitCode.DONE : ExitCode.BAD;
    }
}
