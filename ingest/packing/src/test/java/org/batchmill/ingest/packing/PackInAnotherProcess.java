package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.augment.pixels.OpenCv;
import org.bytedeco.javacpp.Loader;

/** Packs in a process of its own, which a test kills or starves: the arguments are the data and the prefix. */
final class PackInAnotherProcess {

    private PackInAnotherProcess() {}

    static PackOptions options(String data, String prefix) {
        return PackOptions.of(data, prefix).withShards(4).withSeed(11).withParallelism(2);
    }

    /**
     * Starts it; its standard output is dropped. It finds natives unpacked: a limit would hit their files, too.
     *
     * @param before a shell command in front, such as a limit, with its semicolon
     * @param jvm    options of the JVM
     */
    static Process start(String before, List<String> jvm, Path data, Path prefix) throws IOException {
        OpenCv.require();
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-Dorg.bytedeco.javacpp.cachedir=" + Loader.getCacheDir());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("--add-opens=java.base/java.nio=ALL-UNNAMED", PackInAnotherProcess.class.getName()));
        command.addAll(List.of(data.toString(), prefix.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            PackJob.run(options(arguments[0], arguments[1]), PackProgress.Listener.NONE);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }
}
