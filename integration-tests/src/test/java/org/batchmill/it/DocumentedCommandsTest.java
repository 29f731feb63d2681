package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.batchmill.cli.Batchmill;
import org.batchmill.cli.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What README and docs/ tell people to type must be what the command understands. */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..");
    /** The words of a shell line: quoted as a whole or bare. */
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    static Stream<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            for (Path page : Stream.concat(Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                commandsOf(Files.readString(page)).forEach(commands::add);
            }
        }
        return commands.stream();
    }

    /** Whole lines that begin with the launcher; a backslash joins lines, two spaces or a {@code #} begin a remark. */
    static Stream<String> commandsOf(String page) {
        return page.replaceAll("\\\\\n\\s*", "")
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("./batchmill "))
                .map(line -> line.replaceFirst("(\\s{2,}| #| > | \\| ).*$", ""))
                .distinct();
    }

    @Test
    void shouldFindTheThreeUsesInTheReadme() throws Exception {
        assertThat(commandsOf(Files.readString(ROOT.resolve("README.md"))))
                .contains("./batchmill demo")
                .anyMatch(line -> line.startsWith("./batchmill pack images"))
                .anyMatch(line -> line.startsWith("./batchmill pack video"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldUnderstand(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line.substring("./batchmill ".length()));
        while (word.find()) {
            words.add(Stream.of(word.group(1), word.group(2), word.group(3))
                    .filter(part -> part != null)
                    .findFirst()
                    .orElseThrow());
        }
        CommandLine command =
                Batchmill.commandLine(Terminal.to(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()));
        assertThatCode(() -> command.parseArgs(words.toArray(String[]::new))).doesNotThrowAnyException();
    }
}
