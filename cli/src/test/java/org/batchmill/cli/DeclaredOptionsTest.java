package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.OptionGroup;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option of every command is declared by a job, and stands in docs/cli.md as it is declared. With {@code
 * -Dbatchmill.write-docs=true} the table of the page is written anew.
 */
class DeclaredOptionsTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/cli.md");
    private static final String HEAD = "| command | option | declared as | what it does |\n|---|---|---|---|\n";

    /** What belongs to the command line: how results are printed, where options come from, three shuffles one after the other. */
    private static final Set<String> OF_THE_COMMAND = Set.of(
            "--help",
            "train --help-all",
            "tune --help-all",
            "--version",
            "--stacktrace",
            "--jars",
            "--json",
            "train --config",
            "tune --config",
            "bench input --shuffle");

    private static Map<String, CommandLine> commands() {
        Map<String, CommandLine> commands = new TreeMap<>();
        add(
                "",
                Batchmill.commandLine(Terminal.to(OutputStream.nullOutputStream(), OutputStream.nullOutputStream())),
                commands);
        return commands;
    }

    private static void add(String name, CommandLine command, Map<String, CommandLine> commands) {
        commands.put(name, command);
        command.getSubcommands().forEach((word, inner) -> add((name + " " + word).strip(), inner, commands));
    }

    private static OptionField declared(OptionSpec option) {
        return option.getter() instanceof DeclaredOptions.Access access ? access.field() : null;
    }

    @Test
    void shouldTakeNothingThatNoJobDeclares() {
        Set<String> own = new TreeSet<>();
        commands().forEach((name, command) -> command.getCommandSpec().options().stream()
                .filter(option -> declared(option) == null)
                .map(OptionSpec::longestName)
                .filter(option -> !OF_THE_COMMAND.contains(option))
                .forEach(option -> own.add(name + " " + option)));
        own.removeAll(OF_THE_COMMAND);
        assertThat(own).isEmpty();
    }

    @Test
    void shouldBeListedInTheDocumentation() throws Exception {
        StringBuilder rows = new StringBuilder(HEAD);
        commands().forEach((name, command) -> {
            if (!name.equals("train") && !name.equals("tune")) {
                rows(name, command, rows);
            }
        });
        String page = Files.readString(PAGE);
        int from = page.indexOf(HEAD);
        String written = page.substring(0, from) + rows + page.substring(page.indexOf("\n\n", from) + 1);
        if (Boolean.getBoolean("batchmill.write-docs")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    private static void rows(String name, CommandLine command, StringBuilder rows) {
        List<String> shared = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            OptionField field = declared(option);
            if (field != null && field.groupType().getPackage().equals(OptionGroup.class.getPackage())) {
                shared.add("`--" + field.name() + "`");
            } else if (field != null) {
                rows.append("| `")
                        .append(name)
                        .append("` | `--")
                        .append(field.name())
                        .append(field.isFlag() ? "" : " " + field.declaration().label())
                        .append("` | `")
                        .append(field.groupType().getSimpleName())
                        .append('.')
                        .append(field.fieldName())
                        .append("` | ")
                        .append(field.description().replace("|", "\\|"))
                        .append(" |\n");
            }
        }
        if (!shared.isEmpty()) {
            rows.append("| `")
                    .append(name)
                    .append("` | ")
                    .append(String.join(", ", shared))
                    .append(" | | as of `train` |\n");
        }
    }
}
