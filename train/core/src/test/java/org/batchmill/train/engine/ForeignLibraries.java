package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.batchmill.train.collective.CollectiveProvider;

/**
 * A machine with another libtorch where the system's linker looks first, on which ours was not unpacked yet: engines and gangs of the class
 * path are to load ours all the same.
 */
public final class ForeignLibraries {

    private static final String FOLDER = "LD_LIBRARY_PATH";
    private static final List<String> NAMES =
            List.of("libc10.so", "libgomp.so.1", "libopenblas.so.0", "libtorch_cpu.so", "libtorch.so");

    private ForeignLibraries() {}

    /**
     * Loads all natives of the class path in a process on such a machine.
     *
     * @param folder is empty
     * @return what the process said: nothing but {@code loaded} if all is well
     */
    public static List<String> load(Path folder) throws IOException, InterruptedException {
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        for (String name : NAMES) {
            // Any library will do: if it is loaded, what should be in it is missing.
            Files.copy(Path.of(System.getProperty("java.home"), "lib", "libzip.so"), foreign.resolve(name));
        }
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
                        "-XX:ErrorFile=/dev/null",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForeignLibraries.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put(FOLDER, foreign.toString());
        int code = builder.start().waitFor();
        List<String> lines = Files.readAllLines(output);
        assertThat(code).as("%s", lines).isZero();
        return lines;
    }

    /** @param arguments none */
    public static void main(String[] arguments) throws IOException {
        Engines.installed().forEach(engine -> tell(engine.unavailable()));
        ServiceLoader.load(CollectiveProvider.class).forEach(provider -> tell(provider.unavailable()));
        String foreign = System.getenv(FOLDER);
        Path maps = Path.of("/proc/self/maps");
        if (Files.exists(maps)) {
            Files.readAllLines(maps).stream()
                    .filter(line -> line.contains(foreign))
                    .forEach(System.out::println);
        }
    }

    private static void tell(String unavailable) {
        System.out.println(unavailable == null ? "loaded" : unavailable);
    }
}
