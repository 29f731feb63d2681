package org.batchmill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options from {@code --config FILE.yaml}, a map from an option's long name without its dashes to its value. What is given on the
 * command line wins. A run's config.yaml is such a file.
 */
final class YamlDefaults implements IDefaultValueProvider {

    private final JsonNode values;

    private YamlDefaults(JsonNode values) {
        this.values = values;
    }

    /** Reads the file that the arguments name; null if they name none. */
    static YamlDefaults namedIn(String[] arguments) throws IOException {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--config") && i + 1 < arguments.length) {
                return read(Path.of(arguments[i + 1]));
            }
            if (arguments[i].startsWith("--config=")) {
                return read(Path.of(arguments[i].substring("--config=".length())));
            }
        }
        return null;
    }

    private static YamlDefaults read(Path file) throws IOException {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new DataException(DataException.Kind.CORRUPT, file.toString(), e.getOriginalMessage(), e);
        }
        if (!root.isObject()) {
            throw new DataException(DataException.Kind.UNSUPPORTED, file.toString(), "not a map from option names to values");
        }
        return new YamlDefaults(root);
    }

    /** Refuses keys that are no option of the command: a misspelt option must not be silently ignored. */
    void check(CommandSpec command, Path file) {
        Set<String> known = new HashSet<>();
        for (OptionSpec option : command.options()) {
            known.add(key(option));
        }
        values.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new UsageException(file + ": " + command.name() + " has no option --" + name);
            }
        });
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        JsonNode value = values.get(key(option));
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(part.asText()));
            return String.join(",", parts);
        }
        return value.asText();
    }

    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }
}
