package org.batchmill.benchmarks.engines;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.InstructionSet;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.train.network.Network;

/**
 * The engines on oneDNN and on libtorch beside plain steps of libtorch and beside the primitives alone, in alternating processes, one
 * library a process. Prints a line of a table for each case: milliseconds a step (the least of the rounds' medians), ratios, and how much
 * the process grew in MiB.
 *
 * <p>Arguments: threads, seconds a process, rounds, and cases such as {@code pilotnet:32:train} and {@code digits-cnn:1:predict}.
 */
public final class EngineComparison {

    private final String threads;
    private final String seconds;
    private final int rounds;

    private EngineComparison(String threads, String seconds, int rounds) {
        this.threads = threads;
        this.seconds = seconds;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        EngineComparison comparison = new EngineComparison(arguments[0], arguments[1], Integer.parseInt(arguments[2]));
        try (ResultTable table = ResultTable.of(
                EngineComparison.class,
                arguments,
                Column.text("case"),
                Column.number("ours ms", 2),
                Column.number("libtorch ms", 2),
                Column.text("its format"),
                Column.number("floor ms", 2),
                Column.number("engine torch ms", 2),
                Column.number("libtorch / ours", 2),
                Column.number("ours / floor", 2),
                Column.number("libtorch / engine torch", 2),
                Column.number("ours MiB", 0),
                Column.number("libtorch MiB", 0),
                Column.number("engine torch MiB", 0))) {
            for (String text : Arrays.asList(arguments).subList(3, arguments.length)) {
                comparison.measure(Case.parse(text), table);
            }
        }
    }

    private void measure(Case row, ResultTable table) throws IOException, InterruptedException {
        Network network = row.network();
        double[] ours = {Double.MAX_VALUE, 0};
        double[] planes = {Double.MAX_VALUE, 0};
        double[] last = {Double.MAX_VALUE, 0};
        double[] onTorch = {Double.MAX_VALUE, 0};
        double floor = Double.MAX_VALUE;
        for (int round = 0; round < rounds; round++) {
            ours = better(ours, run(EngineSteps.class, "pytorch", row.text(), threads, seconds, "onednn"));
            planes = better(planes, run(TorchSteps.class, "dnnl", row.text(), threads, seconds, "nchw"));
            last = better(last, run(TorchSteps.class, "dnnl", row.text(), threads, seconds, "channels_last"));
            onTorch = better(onTorch, run(EngineSteps.class, "dnnl", row.text(), threads, seconds, "torch"));
            double[] parts = run(PrimitiveFloor.class, "pytorch", row.text(), seconds);
            floor = Math.min(floor, parts[0] + parts[1]);
        }
        boolean lastWins = last[0] < planes[0];
        double[] torch = lastWins ? last : planes;
        table.row(
                network.name() + " b" + row.batch() + (row.training() ? " training" : " inference"),
                ours[0],
                torch[0],
                lastWins ? "channels_last" : "NCHW",
                floor,
                onTorch[0],
                torch[0] / ours[0],
                ours[0] / floor,
                torch[0] / onTorch[0],
                ours[1] / (1 << 20),
                torch[1] / (1 << 20),
                onTorch[1] / (1 << 20));
    }

    private static double[] better(double[] one, double[] other) {
        return one[0] <= other[0] ? one : other;
    }

    /** Runs a class in a JVM of its own, without the other library, and reads the two numbers that it prints. */
    private double[] run(Class<?> program, String without, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                classPath(without),
                program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        command.addAll(1, InstructionSet.onto(builder.environment()));
        builder.environment().put("OMP_NUM_THREADS", threads);
        Process process = builder.start();
        String line;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            line = output.lines().collect(Collectors.joining(" "));
        }
        if (process.waitFor() != 0) {
            throw new IOException(program.getSimpleName() + " failed: " + String.join(" ", arguments));
        }
        return Arrays.stream(line.trim().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static String classPath(String without) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(File.separator + without + File.separator)
                        && !entry.contains(File.separator + without + "-"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
