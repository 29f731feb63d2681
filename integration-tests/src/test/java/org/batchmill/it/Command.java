package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.batchmill.cli.Batchmill;
import org.batchmill.cli.Terminal;

/** Runs the command inside this JVM, as its launcher would, and keeps what it says. */
public record Command(int exitCode, String out, String err) {

    public static Command run(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        int code = Batchmill.run(Terminal.to(out, err), words);
        return new Command(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The same, of a command that is to end well. */
    public static Command done(Object... arguments) {
        return run(arguments).expectDone();
    }

    /** Expects that it ended well. */
    public Command expectDone() {
        assertThat(exitCode).as(err).isZero();
        return this;
    }

    /** The lines on standard error that begin as errors do. */
    public List<String> errors() {
        return err.lines().filter(line -> line.startsWith("batchmill: ")).toList();
    }
}
