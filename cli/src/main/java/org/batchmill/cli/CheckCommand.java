package org.batchmill.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.inspect.CheckJob;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.records.doctor.Diagnosis;
import org.batchmill.records.doctor.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill check}. */
@Command(
        name = "check",
        header = "The data set doctor: damage, odd boxes, missing labels, duplicates, counts, and a contact sheet.",
        description = "The exit code is 1 if a picture or its labels cannot be used.",
        footer = {"", "Example:", "  batchmill check ../shared/data/bccd --sheet out/bccd.png"},
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    private static final int SHOWN = 20;

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "A folder in a known layout, or record files.")
    String data;

    private final DataOptions options = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(options).only("format", "classes").spec();

    @Option(names = "--sheet", paramLabel = "PNG", description = "Draw samples with their labels.")
    Path sheet;

    @Mixin
    Results results;

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.data = data;
        Diagnosis diagnosis = CheckJob.run(options, sheet);
        if (results.isJson()) {
            terminal.print(toJson(diagnosis));
        } else {
            show(diagnosis);
        }
        return diagnosis.isHealthy() ? ExitCode.DONE : ExitCode.BAD;
    }

    private void show(Diagnosis diagnosis) {
        terminal.print(String.format(Locale.ROOT, "%,d samples", diagnosis.samples()));
        terminal.print("objects  " + diagnosis.objects());
        terminal.print("sizes    " + diagnosis.sizes());
        diagnosis.notices().forEach(notice -> terminal.print("notice   " + notice));
        for (Finding.Kind kind : Finding.Kind.values()) {
            long count = diagnosis.count(kind);
            if (count > 0) {
                terminal.print(String.format(Locale.ROOT, "%,6d x %s", count, kind.word()));
                diagnosis.findings().stream()
                        .filter(finding -> finding.kind() == kind)
                        .limit(SHOWN)
                        .forEach(finding -> terminal.print("         " + finding.sample() + ": " + finding.detail()));
            }
        }
        if (sheet != null) {
            terminal.print("wrote " + sheet);
        }
    }

    private static String toJson(Diagnosis diagnosis) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("samples", diagnosis.samples());
        keys.put("objects", diagnosis.objects());
        keys.put("sizes", diagnosis.sizes());
        keys.put("dropped_boxes", diagnosis.droppedBoxes());
        keys.put("clipped_boxes", diagnosis.clippedBoxes());
        keys.put("notices", diagnosis.notices());
        keys.put(
                "findings",
                diagnosis.findings().stream()
                        .map(finding -> Map.of(
                                "kind", finding.kind().word(),
                                "sample", finding.sample().value(),
                                "detail", finding.detail()))
                        .toList());
        return JsonLine.of(keys);
    }
}
