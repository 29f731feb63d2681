package org.batchmill.benchmarks.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.pack.PackImagesJob;
import org.batchmill.jobs.pack.PackImagesOptions;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.testing.FaultyProxy;
import org.batchmill.testing.HeldPorts;
import org.batchmill.testing.S3Server;

/**
 * A detector trained on record files in S3, beside the same training on the same files on disk: images a second of each epoch, and the most
 * memory that its process took. The server is one of this machine, behind a proxy that holds each request up.
 *
 * <p>{@code StoreTraining FOLDER [IMAGES [EPOCHS [ROUNDS [MILLISECONDS [CONTAINER [RANKS]]]]]]}: images are drawn and packed into the
 * folder once, as TFRecord or Arrow files; a gang of several ranks is measured by rank 0.
 */
public final class StoreTraining {

    private static final String BUCKET = "measured";

    private StoreTraining() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int images = number(arguments, 1, 3000);
        int epochs = number(arguments, 2, 2);
        int rounds = number(arguments, 3, 3);
        PackOptions.Container container = arguments.length > 5
                ? PackOptions.Container.valueOf(arguments[5].toUpperCase(Locale.ROOT))
                : PackOptions.Container.TFRECORD;
        int ranks = number(arguments, 6, 1);
        Path here = folder.resolve("packed-" + images + "-" + container.name().toLowerCase(Locale.ROOT));
        Path drawn = folder.resolve("drawn-" + images);
        if (!Files.exists(drawn)) {
            ShapesDataSet.write(drawn, images, 1, JobListener.SILENT);
        }
        if (!Files.exists(here.resolve("p-dataset.json"))) {
            pack(drawn, here + "/p", container);
        }
        try (S3Server server = S3Server.start(Files.createTempDirectory(folder, "server-"), BUCKET);
                FaultyProxy proxy = FaultyProxy.before(server.port())) {
            Map<String, String> settings = S3Server.settings(proxy.endpoint());
            settings.forEach(System::setProperty);
            pack(drawn, "s3://" + BUCKET + "/p", container);
            proxy.delay(Duration.ofMillis(number(arguments, 4, 20)));
            try (ResultTable table = ResultTable.of(
                    StoreTraining.class,
                    arguments,
                    Column.text("epoch"),
                    Column.number("disk, images/s", 1),
                    Column.number("store, images/s", 1),
                    Column.number("store / disk", 2),
                    Column.number("disk, MiB", 0),
                    Column.number("store, MiB", 0))) {
                for (int round = 1; round <= rounds; round++) {
                    double[] disk = train(here + "/p-dataset.json", epochs, ranks, settings);
                    double[] store = train("s3://" + BUCKET + "/p-dataset.json", epochs, ranks, settings);
                    for (int epoch = 0; epoch < epochs; epoch++) {
                        table.row(
                                round + "." + (epoch + 1),
                                disk[epoch],
                                store[epoch],
                                store[epoch] / disk[epoch],
                                disk[epochs],
                                store[epochs]);
                    }
                }
            }
        }
        Runtime.getRuntime().halt(0); // Beam and the client leave threads behind
    }

    private static int number(String[] arguments, int place, int otherwise) {
        return arguments.length > place ? Integer.parseInt(arguments[place]) : otherwise;
    }

    private static void pack(Path drawn, String out, PackOptions.Container container)
            throws IOException, InterruptedException {
        PackImagesOptions options = new PackImagesOptions();
        options.data = drawn.toString();
        options.split = "lists";
        options.packing.out = out;
        options.to = container;
        PackImagesJob.run(options, JobListener.SILENT);
    }

    /** Images a second of each epoch, then the most memory, in MiB, of the first of so many JVMs. */
    private static double[] train(String data, int epochs, int ranks, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-Xmx512m", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TimedTraining.class.getName()));
        command.addAll(List.of(data, Integer.toString(epochs), ranks == 1 ? "alone" : GangOptions.ENVIRONMENT));
        try (HeldPorts ports = new HeldPorts()) {
            Map<String, String> gang = Map.of(
                    "WORLD_SIZE", Integer.toString(ranks),
                    "MASTER_ADDR", "127.0.0.1",
                    "MASTER_PORT", Integer.toString(ports.take()));
            List<Process> processes = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
                if (rank > 0) {
                    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
                }
                builder.environment().putAll(gang);
                builder.environment().put("RANK", Integer.toString(rank));
                processes.add(builder.start());
            }
            return result(data, processes);
        }
    }

    private static double[] result(String data, List<Process> processes) throws IOException, InterruptedException {
        String line;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(processes.get(0).getInputStream(), StandardCharsets.UTF_8))) {
            line = output.lines().reduce("", (before, last) -> last); // Gloo prints too
        }
        for (Process process : processes) {
            if (process.waitFor() != 0) {
                throw new IOException("training on " + data + " failed");
            }
        }
        return Arrays.stream(line.trim().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
