package org.batchmill.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.batchmill.records.NearestName;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What was probably meant by arguments that a command does not know. */
final class Misspelling {

    private Misspelling() {}

    /**
     * One line about the first argument that is unknown; empty if all are known. picocli complains of what is missing first, which is a
     * riddle where the option is there, misspelt.
     *
     * @param arguments all that were given
     */
    static Optional<String> in(ParameterException exception, String... arguments) {
        CommandLine command = exception.getCommandLine();
        return unknown(exception).stream()
                .findFirst()
                .map(argument -> explain(argument, command.getCommandSpec(), arguments));
    }

    /** What the command does not know. */
    static List<String> unknown(ParameterException exception) {
        return exception instanceof UnmatchedArgumentException e
                ? e.getUnmatched()
                : exception.getCommandLine().getUnmatchedArguments();
    }

    private static String explain(String argument, CommandSpec command, String... arguments) {
        if (argument.startsWith("-") && argument.length() > 1) {
            String name = argument.split("=", 2)[0];
            return "there is no option " + name + meant(name, names(command));
        }
        String before = before(argument, arguments);
        if (before != null && exists(argument)) {
            return before + " takes one value, and " + argument
                    + " is one more: where it was a pattern, quote it, as in " + before + " 'records/*.tfrecord'";
        }
        Collection<String> commands = command.subcommands().keySet();
        return commands.isEmpty()
                ? "an argument too many: " + argument
                : "there is no command " + argument + meant(argument, commands);
    }

    private static String meant(String given, Collection<String> known) {
        return NearestName.of(given, known)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("");
    }

    private static List<String> names(CommandSpec command) {
        List<String> names = new ArrayList<>();
        command.options().stream().filter(option -> !option.hidden()).forEach(option -> {
            names.addAll(Arrays.asList(option.names()));
            if (option.negatable()) {
                names.add(option.longestName().replaceFirst("^--", "--no-"));
            }
        });
        return names;
    }

    /** The option whose value or values the argument seems to be: the last before it. */
    private static String before(String argument, String... arguments) {
        int at = Arrays.asList(arguments).indexOf(argument);
        for (int i = at - 1; i >= 0; i--) {
            if (arguments[i].startsWith("--")) {
                return arguments[i].split("=", 2)[0];
            }
        }
        return null;
    }

    private static boolean exists(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
