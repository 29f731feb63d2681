package org.batchmill.records;

import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options that make no sense. The message names them as whoever gave them knows them: a program reads the names of the fields, {@code
 * evaluateSteps}; whoever typed a command reads {@code --evaluate-steps}.
 */
public class OptionException extends UsageException {

    private static final long serialVersionUID = 1L;
    private static final Pattern NAME = Pattern.compile("\\{([a-z][a-z0-9-]*)}");
    private static final Pattern DASH = Pattern.compile("-([a-z0-9])");

    private final String template;

    /** @param template one line, in which {@code {evaluate-steps}} stands for an option */
    public OptionException(String template) {
        this(template, null);
    }

    /** The same with a cause. */
    public OptionException(String template, Throwable cause) {
        super(named(template, OptionException::camelCase), cause);
        this.template = template;
    }

    /** The message for whoever typed the options. */
    public String commandLine() {
        return named(template, name -> "--" + name);
    }

    private static String named(String template, UnaryOperator<String> form) {
        return NAME.matcher(template).replaceAll(name -> Matcher.quoteReplacement(form.apply(name.group(1))));
    }

    private static String camelCase(String name) {
        return DASH.matcher(name).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }
}
