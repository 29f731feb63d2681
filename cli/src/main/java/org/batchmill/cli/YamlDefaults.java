package org.batchmill.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.records.DataException;
import org.batchmill.records.JsonFile;
import org.batchmill.records.OptionException;
import org.batchmill.records.TextFile;
import org.batchmill.records.UsageException;
import org.batchmill.records.YamlTree;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options from a file, a map from an option's long name without its dashes to its value. What is given on the
 * command line wins. A run's config.yaml is such a file.
 */
final class YamlDefaults implements IDefaultValueProvider {

    /** Options that say the same thing in two ways: one on the command line also replaces the other of the file. */
    private static final Map<String, String> REPLACES = Map.of("--steps", "epochs", "--epochs", "steps");

    /** The second of two values would win without a word. */
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final ObjectNode values;
    private final String[] arguments;

    private YamlDefaults(Path file, ObjectNode values, String... arguments) {
        this.file = file;
        this.values = values;
        this.arguments = arguments;
    }

    /** Where the value of a refused option stands, before what is wrong with it; empty for the command line. */
    static String place(CommandLine.ParameterException refused) {
        return refused.getCommandLine().getDefaultValueProvider() instanceof YamlDefaults defaults
                        && refused.getArgSpec() instanceof OptionSpec option
                        && defaults.says(option)
                ? defaults.file + ": "
                : "";
    }

    /** The same of an option that the job refuses, whose line begins with it. */
    static String place(CommandLine command, Exception refused) {
        if (!(command.getDefaultValueProvider() instanceof YamlDefaults defaults)
                || !(refused instanceof OptionException named)) {
            return "";
        }
        String first = named.commandLine().split("[ :]", 2)[0];
        OptionSpec option = command.getCommandSpec().findOption(first);
        return option != null && defaults.says(option) ? defaults.file + ": " : "";
    }

    /** Whether the value of an option is the file's. */
    private boolean says(OptionSpec option) {
        return values.has(key(option))
                && Arrays.stream(option.names()).allMatch(name -> valueOf(name, arguments) == null);
    }

    /**
     * Makes a file's values the defaults of the command that the arguments name: the file of {@code --config}, or, with {@code
     * --resume}, the run's own.
     */
    static void into(CommandLine root, String[] arguments) throws IOException {
        // Options of all commands may stand before the command's name.
        CommandLine command = Arrays.stream(arguments)
                .map(root.getSubcommands()::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (command == null) {
            return;
        }
        Path file = null;
        String config = valueOf("--config", arguments);
        String run = valueOf("--run", arguments);
        if (config != null) {
            file = TextForms.path(config);
        } else if (run != null && Arrays.asList(arguments).contains("--resume")) {
            Path own = TextForms.local(run).resolve("config.yaml");
            file = Files.exists(own) ? own : null;
        }
        if (file != null) {
            YamlDefaults defaults = read(file, arguments);
            defaults.check(command.getCommandSpec(), file);
            REPLACES.forEach((given, replaced) -> {
                if (valueOf(given, arguments) != null) {
                    defaults.values.remove(replaced);
                }
            });
            command.setDefaultValueProvider(defaults);
        }
    }

    private static String valueOf(String option, String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals(option) && i + 1 < arguments.length) {
                return arguments[i + 1];
            }
            if (arguments[i].startsWith(option + "=")) {
                return arguments[i].substring(option.length() + 1);
            }
        }
        return null;
    }

    private static YamlDefaults read(Path file, String... arguments) throws IOException {
        JsonNode root;
        try {
            root = YamlTree.read(MAPPER, TextFile.readConfiguration(file));
        } catch (JsonProcessingException e) {
            throw JsonFile.malformed(file, e);
        }
        if (root.isMissingNode() || root.isNull()) {
            throw new DataException(
                    DataException.Kind.MISSING, file.toString(), "is empty, and options are wanted, as lr: .01");
        }
        if (!(root instanceof ObjectNode values)) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED, file.toString(), "not a map from option names to values");
        }
        values.remove(TrainJob.RESOLVED);
        FormerNames.replaceIn(values);
        return new YamlDefaults(file, values, arguments);
    }

    /** Refuses keys that are no option of the command, and maps, which no option takes: what is written must not be silently ignored. */
    private void check(CommandSpec command, Path file) {
        Set<String> known = new HashSet<>();
        for (OptionSpec option : command.options()) {
            known.add(key(option));
        }
        values.properties().forEach(option -> {
            String name = option.getKey();
            if (!known.contains(name)) {
                throw new UsageException(file + ": " + command.name() + " has no option --" + name);
            }
            if (!isFlat(option.getValue())) {
                throw new UsageException(file + ": --" + name + " is a text, a number, a truth or a list of them, not "
                        + option.getValue());
            }
        });
    }

    private static boolean isFlat(JsonNode value) {
        for (JsonNode part : value) {
            if (!part.isValueNode()) {
                return false;
            }
        }
        return !value.isObject();
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        JsonNode value = values.get(key(option));
        if (value == null || value.isNull() || (value.isArray() && value.isEmpty())) {
            return null;
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(part.asText()));
            // An option's separator is a pattern: a plain character, or nothing where the option stands once for each
            // value.
            return plain(String.join(option.splitRegex().isEmpty() ? "," : option.splitRegex(), parts));
        }
        return plain(value.asText());
    }

    /** What picocli, which puts variables into defaults, takes as it stands: a folder may have a dollar sign in its name. */
    private static String plain(String text) {
        return text.replace("$", "$$");
    }

    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }
}
