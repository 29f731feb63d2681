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
    private static final Pattern MARK = Pattern.compile("\\{([a-z0-9-]*)}");
    private static final Pattern DASH = Pattern.compile("-([a-z0-9])");

    private final String commandLine;

    /**
     * @param template one line, in which {@code {evaluate-steps}} stands for an option and {@code {}} for the next of the values
     * @param values   what somebody gave, whatever is in it
     */
    public OptionException(String template, Object... values) {
        super(filled(template, OptionException::camelCase, values));
        this.commandLine = filled(template, name -> "--" + name, values);
    }

    /** The message for whoever typed the options. */
    public String commandLine() {
        return commandLine;
    }

    private static String filled(String template, UnaryOperator<String> form, Object... values) {
        Matcher mark = MARK.matcher(template);
        StringBuilder line = new StringBuilder();
        int next = 0;
        while (mark.find()) {
            String name = mark.group(1);
            mark.appendReplacement(
                    line, Matcher.quoteReplacement(name.isEmpty() ? String.valueOf(values[next++]) : form.apply(name)));
        }
        return mark.appendTail(line).toString();
    }

    private static String camelCase(String name) {
        return DASH.matcher(name).replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }
}
