package org.batchmill.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Node of this machine, with packages of npm that judge what we write. A test is skipped where it, or one of them, is missing. */
public final class NodeProgram {

    /** Where .ci/run installs packages. */
    private static final Path JUDGES =
            Path.of(System.getProperty("user.home"), ".cache", "batchmill-judges", "node_modules");

    private final List<Path> modules;

    private NodeProgram(List<Path> modules) {
        this.modules = modules;
    }

    /** Skips the test where there is no node with this package: in NODE_PATH, or where .ci/run has put it. */
    public static NodeProgram require(String module) throws IOException, InterruptedException {
        String path = System.getenv().getOrDefault("NODE_PATH", "");
        List<Path> modules = Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator, -1))
                                .filter(each -> !each.isEmpty())
                                .map(Path::of),
                        Stream.of(JUDGES))
                .toList();
        boolean found = modules.stream().anyMatch(folder -> Files.isDirectory(folder.resolve(module)));
        Assumptions.assumeTrue(
                found,
                "npm's " + module + " is not installed (npm install --prefix " + JUDGES.getParent() + " " + module
                        + ")");
        NodeProgram node = new NodeProgram(modules);
        try {
            node.output(List.of("--version"));
        } catch (IOException e) {
            Assumptions.abort("node is not installed (Debian: apt-get install nodejs)");
        }
        return node;
    }

    /** What a script prints, line by line. */
    public List<String> run(Path script, Object... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(script.toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(words::add);
        return output(words).lines().toList();
    }

    private String output(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put(
                        "NODE_PATH",
                        String.join(
                                File.pathSeparator,
                                modules.stream().map(Path::toString).toList()));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + status + ": " + said);
        }
        return said;
    }
}
