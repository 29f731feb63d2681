package org.batchmill.ingest.sources.kafka;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must not be shown of a cluster's settings. Immutable. */
final class Secrets {

    private static final String HIDDEN = "[hidden]";
    private static final Pattern NAMES = Pattern.compile("password|secret|token|keystore\\.key|credential|passphrase");
    /** An option in a JAAS configuration: {@code name="value"}. */
    private static final Pattern OPTION =
            Pattern.compile("(\\w+)\\s*=\\s*(\"((?:[^\"\\\\]|\\\\.)*+)\"|'([^']*)'|[^\\s;]+)");

    private final List<String> values;

    private Secrets(List<String> values) {
        this.values = values;
    }

    static Secrets of(Map<String, String> settings) {
        List<String> values = new ArrayList<>();
        settings.forEach((key, value) -> {
            String name = key.toLowerCase(Locale.ROOT);
            if (name.endsWith("jaas.config")) {
                values.add(value);
                Matcher option = OPTION.matcher(value);
                while (option.find()) {
                    if (!option.group(1).equals("username")) {
                        values.add(unquoted(option));
                    }
                }
            } else if (NAMES.matcher(name).find()) {
                values.add(value);
            }
        });
        // Flags are no secrets, and hiding them would spoil every other line.
        values.removeIf(value -> value.isBlank() || value.equals("true") || value.equals("false"));
        // The longest first: a part of it must not spoil the match.
        values.sort(Comparator.comparingInt(String::length).reversed());
        return new Secrets(List.copyOf(values));
    }

    private static String unquoted(Matcher option) {
        if (option.group(3) != null) {
            return option.group(3);
        }
        return option.group(4) != null ? option.group(4) : option.group(2);
    }

    /** The text with every secret in it replaced. */
    String hide(String text) {
        String hidden = text;
        for (String value : values) {
            hidden = hidden.replace(value, HIDDEN);
        }
        return hidden;
    }
}
