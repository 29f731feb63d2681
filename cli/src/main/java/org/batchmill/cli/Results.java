package org.batchmill.cli;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Whether results are for programs or for people. */
final class Results {

    @Option(names = "--json", description = "Results as JSON on standard output, one line each.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /** Prints one result. */
    void print(Terminal terminal, Supplier<String> forPrograms, Supplier<List<String>> forPeople) {
        if (json) {
            terminal.print(forPrograms.get());
        } else {
            forPeople.get().forEach(terminal::print);
        }
    }
}
