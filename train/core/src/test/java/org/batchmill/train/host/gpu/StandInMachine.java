package org.batchmill.train.host.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A folder that looks like the file system of a machine with a GPU, with stand-ins for NVIDIA's libraries, made by {@code gcc}: they have the
 * functions that an engine is linked with and know no GPU.
 */
public final class StandInMachine {

    private final Path root;
    private final Path libraries;

    /** @param root an empty folder */
    public StandInMachine(Path root) throws IOException, InterruptedException {
        this.root = root;
        this.libraries = Files.createDirectories(root.resolve("usr/lib64"));
        Files.createDirectories(root.resolve("dev"));
        Files.writeString(root.resolve("dev/nvidia0"), "");
        Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(
                root.resolve("proc/driver/nvidia/version"),
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Tue Jul 1 00:00:00 UTC 2026\n");
        compile("libcuda.so.1", List.of(), false);
    }

    public Path root() {
        return root;
    }

    /** Where the stand-ins lie. */
    public Path libraries() {
        return libraries;
    }

    /** What the driver's program answers to whatever it is asked. */
    public void smi(String answer) throws IOException {
        Path program = root.resolve("usr/bin/nvidia-smi");
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\necho '" + answer + "'\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    /**
     * Makes libraries.
     *
     * @param names     of all, which may have no functions
     * @param functions a line a library: its name, {@code versioned} if its symbols bear it, and these
     */
    public void add(List<String> names, InputStream functions) throws IOException, InterruptedException {
        for (String name : names) {
            compile(name, List.of(), false);
        }
        for (String line : new String(functions.readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .toList()) {
            String[] parts = line.split(": ", -1);
            String[] name = parts[0].split(" ", -1);
            compile(name[0], Arrays.asList(parts[1].split(" ", -1)), name.length > 1);
        }
    }

    private void compile(String name, List<String> functions, boolean versioned)
            throws IOException, InterruptedException {
        Path source = libraries.resolve(name + ".c");
        Files.writeString(
                source, functions.stream().map(StandInMachine::function).collect(Collectors.joining("\n", "", "\n")));
        List<String> command = new ArrayList<>(List.of(
                "gcc",
                "-shared",
                "-fPIC",
                "-w",
                "-fno-builtin",
                "-o",
                libraries.resolve(name).toString(),
                source.toString(),
                "-Wl,-soname," + name));
        if (versioned) {
            Path versions = Files.writeString(libraries.resolve(name + ".map"), name + " { global: *; };");
            command.add("-Wl,--version-script=" + versions);
        }
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** Texts are texts, there is no device (100), and nothing else succeeds. */
    private static String function(String name) {
        if (name.contains("String") || name.endsWith("GetErrorName")) {
            return "const char *" + name + "(void) { return \"stand-in\"; }";
        }
        int code = name.equals("cudaGetDeviceCount") ? 100 : name.equals("cudaGetLastError") ? 0 : 1;
        return "long " + name + "(void) { return " + code + "; }";
    }

    /**
     * Runs a program of the tests on it, which must end well.
     *
     * @param jars  go before the class path
     * @param main  takes the machine's root and the folder of libraries
     * @param flags of the JVM
     * @return what it printed
     */
    public List<String> run(List<Path> jars, Class<?> main, String... flags) throws IOException, InterruptedException {
        Path output = root.resolve("output");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.add("-Dorg.bytedeco.javacpp.cachedir=" + root.resolve("cache"));
        command.add("-cp");
        command.add(jars.stream().map(jar -> jar + File.pathSeparator).collect(Collectors.joining())
                + System.getProperty("java.class.path"));
        command.addAll(List.of(main.getName(), root.toString(), libraries.toString()));
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        List<String> lines = Files.readAllLines(output);
        assertThat(code).describedAs("%s", lines).isZero();
        return lines;
    }
}
