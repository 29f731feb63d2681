package org.batchmill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Map;

/** Options that were called otherwise once, and are still read: on the command line and in the config.yaml of older runs. */
final class FormerNames {

    /** Their names today; two that differed in a hyphen alone meant different things. */
    private static final Map<String, String> TODAY = Map.of("holdout", "val-share", "hold-out", "val-keys");

    private FormerNames() {}

    /** The arguments with today's names. */
    static String[] replaced(String... arguments) {
        return Arrays.stream(arguments).map(FormerNames::today).toArray(String[]::new);
    }

    private static String today(String argument) {
        for (Map.Entry<String, String> name : TODAY.entrySet()) {
            String former = "--" + name.getKey();
            if (argument.equals(former) || argument.startsWith(former + "=")) {
                return "--" + name.getValue() + argument.substring(former.length());
            }
        }
        return argument;
    }

    /** Renames the keys of a file; one that has both names keeps today's. */
    static void replaceIn(ObjectNode values) {
        TODAY.forEach((former, name) -> {
            if (values.has(former)) {
                values.putIfAbsent(name, values.remove(former));
            }
        });
    }
}
