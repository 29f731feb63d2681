package org.batchmill.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.task.TaskKind;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Help of a command with many options: {@code --help} shows those that most people need, {@code --help-all} all, in the groups in which
 * jobs declare them.
 */
final class HelpPages {

    private static final String ALL = "--help-all";

    /** Of fewer options none is hard to find. */
    private static final int MANY = 60;

    private HelpPages() {}

    /** Sets up the help of a command and of those below it. */
    static void install(CommandLine command) {
        command.getSubcommands().values().forEach(HelpPages::install);
        if (command.getCommandSpec().options().size() < MANY) {
            return;
        }
        command.getCommandSpec()
                .addOption(OptionSpec.builder(ALL)
                        .arity("0")
                        .usageHelp(true)
                        .description("Show all options, and exit.")
                        .build());
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpPages::options);
    }

    private static String options(Help help) {
        List<OptionSpec> options = help.commandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
        CommandLine.ParseResult parsed = help.commandSpec().commandLine().getParseResult();
        if (parsed == null || !parsed.hasMatchedOption(ALL)) {
            List<OptionSpec> common = options.stream()
                    .filter(option -> declared(option) == null
                            || declared(option).declaration().common())
                    .toList();
            return help.optionListExcludingGroups(common)
                    + String.format(
                            Locale.ROOT,
                            "%nThese are %d of %d options: %s shows the others, too.%n",
                            common.size(),
                            options.size(),
                            ALL)
                    + models(help, parsed);
        }
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        options.forEach(option -> groups.computeIfAbsent(title(option), title -> new ArrayList<>())
                .add(option));
        StringBuilder all = new StringBuilder();
        groups.forEach((title, members) -> all.append(String.format(Locale.ROOT, "%n%s:%n", title))
                .append(help.optionListExcludingGroups(members)));
        return all.toString();
    }

    /** Those of the task, where the user named one. */
    private static String models(Help help, CommandLine.ParseResult parsed) {
        TaskKind task = parsed == null ? null : parsed.matchedPositionalValue(0, (TaskKind) null);
        if (task == null) {
            return String.format(
                    Locale.ROOT,
                    "%s TASK --help names the models of a task.%n",
                    help.commandSpec().qualifiedName());
        }
        List<String> models = task.definition().models();
        String names = String.join(", ", models).replaceFirst(",|$", " (the usual one)$0");
        return wrapped(help, "Models: " + names + ".");
    }

    private static String wrapped(Help help, String text) {
        int width = help.commandSpec().usageMessage().width();
        CommandLine.Help.TextTable table = CommandLine.Help.TextTable.forColumns(
                help.colorScheme(), new CommandLine.Help.Column(width, 0, CommandLine.Help.Column.Overflow.WRAP));
        table.addRowValues(text);
        return table.toString();
    }

    /** {@code DataOptions} is "Data": the groups' names are chosen for people. */
    private static String title(OptionSpec option) {
        OptionField field = declared(option);
        return field == null
                ? "Command"
                : field.groupType().getSimpleName().replaceFirst("Options$", "").replaceAll("(?<=.)([A-Z])", " $1");
    }

    private static OptionField declared(OptionSpec option) {
        return option.getter() instanceof DeclaredOptions.Access access ? access.field() : null;
    }
}
