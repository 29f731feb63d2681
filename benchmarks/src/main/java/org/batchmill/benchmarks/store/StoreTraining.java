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
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.pack.PackImagesJob;
import org.batchmill.jobs.pack.PackImagesOptions;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.testing.FaultyProxy;
import org.batchmill.testing.S3Server;

/**
 * A detector trained on record files in S3, beside the same training on the same files on disk: images a second of each epoch, and the most
 * memory that its process took. The server is one of this machine, behind a proxy that holds each request up.
 *
 * <p>{@code StoreTraining FOLDER [IMAGES [EPOCHS [ROUNDS [MILLISECONDS]]]]}: images are drawn and packed into the folder once.
 */
public final class StoreTraining {

    private static final String BUCKET = "measured";

    private StoreTraining() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int images = number(arguments, 1, 3000);
        int epochs = number(arguments, 2, 2);
        int rounds = number(arguments, 3, 3);
        Path here = folder.resolve("packed-" + images);
        if (!Files.exists(here.resolve("p-dataset.json"))) {
            Path drawn = folder.resolve("drawn-" + images);
            ShapesDataSet.write(drawn, images, 1, JobListener.SILENT);
            pack(drawn, here + "/p");
        }
        try (S3Server server = S3Server.start(Files.createTempDirectory(folder, "server-"), BUCKET);
                FaultyProxy proxy = FaultyProxy.before(server.port())) {
            Map<String, String> settings = S3Server.settings(proxy.endpoint());
            settings.forEach(System::setProperty);
            pack(folder.resolve("drawn-" + images), "s3://" + BUCKET + "/p");
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
                    double[] disk = train(here + "/p-dataset.json", epochs, settings);
                    double[] store = train("s3://" + BUCKET + "/p-dataset.json", epochs, settings);
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

    private static void pack(Path drawn, String out) throws IOException, InterruptedException {
        PackImagesOptions options = new PackImagesOptions();
        options.data = drawn.toString();
        options.split = "lists";
        options.packing.out = out;
        PackImagesJob.run(options, JobListener.SILENT);
    }

    /** Images a second of each epoch, then the most memory, in MiB, of a JVM of its own. */
    private static double[] train(String data, int epochs, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-Xmx512m", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TimedTraining.class.getName()));
        command.addAll(List.of(data, Integer.toString(epochs)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            line = output.lines().collect(Collectors.joining(" "));
        }
        if (process.waitFor() != 0) {
            throw new IOException("training on " + data + " failed");
        }
        return Arrays.stream(line.trim().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
