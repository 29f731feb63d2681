package org.batchmill.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.batchmill.testing.FaultyDisk;

/**
 * A process whose file system is a {@link FaultyDisk}. It reads commands, a JSON object a line: {@code words}, of which {@code OUT} stands for a
 * folder to write in, and {@code limit}, bytes that a file may have, where natives write it themselves. Each command is run once on a disk with
 * room, and then on disks on which the first write to each file fails; with {@code every} on disks that are full from the first and from the last
 * change of each kind to each file on too. A line of JSON tells of each run.
 */
final class FullDiskCommands {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private FullDiskCommands() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            run(JSON.readTree(line), folder.resolve("command-" + number++), out);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void run(JsonNode command, Path folder, PrintStream out) throws Exception {
        Path place = Files.createDirectories(folder.resolve("with-room"));
        FaultyDisk disk = FaultyDisk.ofThisJvm();
        report(out, "with room", run(command, place));
        List<String> changes = disk.changes();
        if (command.has("limit")) {
            limit(command.get("limit").asText());
            report(out, "limit", run(command, Files.createDirectories(folder.resolve("limited"))));
            limit("unlimited");
        }
        for (int fault : faults(changes, place, false)) {
            Path failing = Files.createDirectories(folder.resolve("failing-" + fault));
            disk.failAt(like(changes.get(fault).replace(place.toString(), failing.toString())));
            report(out, changes.get(fault), command(command, failing));
        }
        if (command.path("every").asBoolean()) {
            runFull(command, folder, out);
        }
    }

    private static void runFull(JsonNode command, Path folder, PrintStream out) throws IOException {
        FaultyDisk disk = FaultyDisk.ofThisJvm();
        // Counted as on a disk that fills up, where what is removed is no change.
        Path place = Files.createDirectories(folder.resolve("counted"));
        disk.fillUpAfter(UNLIMITED);
        command(command, place);
        List<String> changes = disk.changes();
        for (int possible : faults(changes, place, true)) {
            disk.failAt(null);
            Path full = Files.createDirectories(folder.resolve("full-" + possible));
            disk.fillUpAfter(possible);
            Command ended = command(command, full);
            disk.failAt(null);
            report(out, "full: " + changes.get(possible), ended);
        }
    }

    /** A change as it will be told of when the command is run again: files of events have the time in their names. */
    private static Pattern like(String change) {
        return Pattern.compile(Pattern.quote(change).replaceAll("\\d{9,}", "\\\\E\\\\d+\\\\Q"));
    }

    private static Command run(JsonNode command, Path out) {
        FaultyDisk.ofThisJvm().failAt(null);
        return command(command, out);
    }

    private static Command command(JsonNode command, Path out) {
        return Command.run(StreamSupport.stream(command.get("words").spliterator(), false)
                .map(word -> word.asText().replace("OUT", out.toString()))
                .toArray());
    }

    /** The first and the last change of each kind to each file. Numbers of files do not count: one checkpoint is like another. */
    private static Set<Integer> faults(List<String> changes, Path place, boolean every) {
        Map<String, String> becomes = new HashMap<>();
        for (String change : changes) {
            String[] words = change.split(" ", -1);
            if (words[0].equals("rename")) {
                becomes.put(words[1], words[2]);
            }
        }
        Map<String, Integer> first = new HashMap<>();
        Map<String, Integer> last = new HashMap<>();
        IntStream.range(0, changes.size()).forEach(i -> {
            String[] words = changes.get(i).split(" ", -1);
            String file = becomes.getOrDefault(words[1], words[1]).replace(place.toString(), "");
            String kind = words[0] + file.replaceAll("[0-9]+", "#");
            // Journals are written as all other files are.
            if (every || (words[0].equals("write") && !file.contains("/."))) {
                first.putIfAbsent(kind, i);
                last.put(kind, i);
            }
        });
        Set<Integer> faults = new LinkedHashSet<>(first.values());
        if (every) {
            faults.addAll(last.values());
        }
        return faults;
    }

    private static void limit(String bytes) throws IOException, InterruptedException {
        String pid = Long.toString(ProcessHandle.current().pid());
        int code = new ProcessBuilder("prlimit", "--pid", pid, "--fsize=" + bytes + ":unlimited")
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("prlimit ended with " + code);
        }
    }

    private static void report(PrintStream out, String fault, Command ended) {
        ObjectNode line = JSON.createObjectNode();
        line.put("fault", fault);
        line.put("code", ended.exitCode());
        line.put("err", ended.err());
        out.println(line);
    }
}
