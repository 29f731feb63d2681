package org.batchmill.cli;

import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.jobs.pack.PackImagesJob;
import org.batchmill.jobs.pack.PackImagesOptions;
import org.batchmill.jobs.pack.PackReport;
import org.batchmill.records.ErrorMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack images}. */
@Command(
        name = "images",
        header = "Packs a folder of labelled pictures into record shards with an index.",
        description = {
            "Every picture is read and checked first. The same seed gives the same bytes, whatever the parallelism. A"
                    + " job that was",
            "killed goes on where it stopped when it is run again."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill pack images ../shared/data/bccd --format voc --split lists --out out/bccd",
            "  batchmill pack images photos --split train=.9,val=.1 --max-side 800 --on-error skip --out out/photos"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PackImagesCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The data set's folder, or record files to pack anew.")
    String folder;

    @Option(
            names = "--out",
            paramLabel = "PREFIX",
            required = true,
            description = "What the names of the shards begin with.")
    String out;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "auto",
            description = "voc, coco, yolo, classes, udacity, digits; auto looks (default).")
    String format;

    @Option(
            names = "--to",
            paramLabel = "KIND",
            defaultValue = "tfrecord",
            description = "tfrecord (default) or arrow.")
    PackOptions.Container to;

    @Option(
            names = "--split",
            paramLabel = "S",
            defaultValue = "none",
            description = "lists, or fractions such as train=.9,val=.1.")
    String split;

    @Option(names = "--shards", paramLabel = "N", description = "Files a split; 0 lets the size decide (default).")
    int shards;

    @Option(
            names = "--max-side",
            paramLabel = "PX",
            description = "Scale larger pictures down to this; 0 keeps all (default).")
    int maxSide;

    @Option(
            names = "--classes",
            paramLabel = "A,B",
            split = ",",
            description = "Only these; others are a bad annotation.")
    List<String> classes = List.of();

    @Option(
            names = "--camera-offset",
            paramLabel = "X",
            description =
                    "Udacity: take the side cameras too, X added to the angle of the left, subtracted for the right.")
    Double cameraOffset;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the shuffle (default 1).")
    long seed;

    @Option(
            names = "--on-error",
            paramLabel = "E",
            defaultValue = "fail",
            description = "fail (default), skip or quarantine.")
    ErrorMode onError;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "100",
            description = "Bad samples that may be left out.")
    long maxErrors;

    @Option(names = "--runner", paramLabel = "R", defaultValue = "direct", description = "direct (default) or flink.")
    String runner;

    @Option(names = "--runner-option", paramLabel = "ARG", description = "For the runner: --flinkMaster=HOST:PORT.")
    List<String> runnerOptions = List.of();

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Of the pipeline; the number of processors if not given.")
    int workers;

    @Mixin
    Results results;

    PackImagesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        PackReport report;
        try (ProgressDisplay display = new ProgressDisplay(terminal)) {
            report = PackImagesJob.run(options(), display);
        } catch (InterruptedException | ClosedByInterruptException e) {
            terminal.error(out + ": stopped; the same command goes on from here");
            return ExitCode.STOPPED;
        }
        report.leftOut().forEach(bad -> terminal.error("left out " + bad));
        if (results.isJson()) {
            terminal.print(report.toJson());
        } else {
            report.lines().forEach(terminal::print);
        }
        return ExitCode.DONE;
    }

    private PackImagesOptions options() {
        PackImagesOptions options = new PackImagesOptions();
        options.data = folder;
        options.out = out;
        options.format = format;
        options.container = to;
        options.split = split;
        options.shards = shards;
        options.maxSide = maxSide;
        options.classes = classes;
        options.cameraOffset = cameraOffset;
        options.seed = seed;
        options.onError = onError;
        options.maxErrors = maxErrors;
        options.runner = runner;
        options.runnerOptions = runnerOptions;
        options.workers = workers;
        return options;
    }
}
