package org.batchmill.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A python3 of this machine, which judges what is served to Python. A test is skipped where there is none with the modules it needs. */
public final class PythonProgram {

    /** Debian's, beside which another may come first on the path. */
    private static final String DEBIAN = "/usr/bin/python3";

    private static final int IMPORT_SECONDS = 300;

    private final String python;
    private final Path modules;

    private PythonProgram(String python, Path modules) {
        this.python = python;
        this.modules = modules;
    }

    /**
     * Skips the test where no python3 has all of these modules.
     *
     * @param path    a folder of modules of our own
     * @param modules what is imported, called as Debian's packages are but for the beginning python3-
     */
    public static PythonProgram require(Path path, String... modules) throws IOException, InterruptedException {
        for (String python : List.of("python3", DEBIAN)) {
            if (imports(python, modules)) {
                return new PythonProgram(python, path.toAbsolutePath());
            }
        }
        Assumptions.abort("no python3 has " + String.join(", ", modules) + " (Debian: apt-get install python3-"
                + String.join(" python3-", modules) + ")");
        throw new AssertionError();
    }

    private static boolean imports(String python, String... modules) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(python, "-c", "import " + String.join(", ", modules))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(IMPORT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Starts a script.
     *
     * @param log what it prints, errors too
     */
    public Process start(Path log, Path script, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(python, "-u", script.toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PYTHONPATH", modules.toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return builder.start();
    }
}
