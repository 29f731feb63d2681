package org.batchmill.benchmarks.served;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.bench.BenchInputJob;
import org.batchmill.jobs.bench.BenchInputOptions;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.PolicyName;

/**
 * {@code serve} beside PyTorch's DataLoader with OpenCV, its images as bytes and as floats, in one Python process that only touches each batch of
 * 32 at 448x448: images a second, the processor's time for an image in all processes, the time to the first batch, and memory. Two workers
 * each. After them {@code bench input} alone, which nobody takes batches from. The server is a process of its own and runs already when the
 * clock starts; what starting it takes has a line.
 *
 * <p>Arguments: the folder of shared data (../shared/data), seconds a turn (4) and rounds (5). Python is Debian's, with torch, NumPy and OpenCV.
 */
public final class LoaderPeers {

    private static final int WORKERS = 2;
    private static final int RING = 8;
    private static final String PYTHON = "/usr/bin/python3";
    private static final Path SCRIPT = Path.of("benchmarks/src/main/python/loader_peers.py");
    private static final Path CLIENT = Path.of("clients/python");

    private final Path shared;
    private final double seconds;
    private final int rounds;

    private LoaderPeers(Path shared, double seconds, int rounds) {
        this.shared = shared;
        this.seconds = seconds;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        Path shared = Path.of(args.length > 0 ? args[0] : "../shared/data");
        double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 4;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        try (ResultTable table = ResultTable.of(
                LoaderPeers.class,
                args,
                Column.text("data, policy: loader"),
                Column.number("images/s", 0),
                Column.number("serve / this", 2),
                Column.number("processor, ms an image", 2),
                Column.number("first batch, s", 2),
                Column.number("memory, MB", 0))) {
            LoaderPeers peers = new LoaderPeers(shared, seconds, rounds);
            for (String data : List.of("bccd", "raccoon")) {
                for (String policy : List.of("none", "yolo")) {
                    peers.measure(table, data, policy);
                }
            }
        }
        Runtime.getRuntime().halt(0); // natives leave threads behind
    }

    private void measure(ResultTable table, String data, String policy) throws IOException, InterruptedException {
        String folder = shared.resolve(data).toString();
        JsonNode figures;
        double started;
        long begin = System.nanoTime();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-Dorg.bytedeco.javacpp.maxbytes=0",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        folder,
                        policy,
                        Integer.toString(WORKERS),
                        Integer.toString(RING))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            String address = said.readLine();
            started = (System.nanoTime() - begin) * 1e-9;
            if (address == null) {
                throw new IOException("the server did not start");
            }
            figures = python(address, server.pid(), folder, policy);
        } finally {
            server.destroy();
            server.waitFor();
        }
        String name = data + ", " + policy + ": ";
        double serve = figures.path("serve").path("rate").asDouble();
        row(table, name + "serve", figures.path("serve"), serve);
        row(table, name + "DataLoader, bytes", figures.path("uint8"), serve);
        row(table, name + "DataLoader, floats", figures.path("float"), serve);
        double alone = bench(folder, policy);
        table.row(name + "bench input", alone, serve / alone, null, null, null);
        table.row(name + "starting serve", null, null, null, started, null);
    }

    private static void row(ResultTable table, String name, JsonNode figures, double serve) {
        double rate = figures.path("rate").asDouble();
        table.row(
                name,
                rate,
                serve / rate,
                figures.path("cost").asDouble() * 1e3,
                figures.path("first").asDouble(),
                figures.path("memory").asDouble());
    }

    private JsonNode python(String address, long server, String folder, String policy)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        PYTHON,
                        SCRIPT.toString(),
                        address,
                        "--server",
                        Long.toString(server),
                        "--ring",
                        Integer.toString(RING),
                        "--data",
                        folder,
                        "--policy",
                        policy,
                        "--workers",
                        Integer.toString(WORKERS),
                        "--seconds",
                        Double.toString(seconds),
                        "--rounds",
                        Integer.toString(rounds))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONPATH", CLIENT.toAbsolutePath().toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process python = builder.start();
        String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (python.waitFor() != 0) {
            throw new IOException(SCRIPT + " ended with " + python.exitValue());
        }
        return new ObjectMapper().readTree(printed);
    }

    private double bench(String folder, String policy) throws IOException, InterruptedException {
        DataOptions data = new DataOptions();
        data.data = folder;
        InputOptions input = new InputOptions();
        input.policy = new PolicyName(policy);
        input.workers = WORKERS;
        BenchInputOptions options = new BenchInputOptions();
        options.seconds = seconds * rounds;
        return BenchInputJob.run(data, input, options, JobListener.SILENT)
                .pipeline()
                .imagesPerSecond();
    }
}
