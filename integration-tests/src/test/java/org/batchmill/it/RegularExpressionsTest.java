package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Regular expressions meet foreign text. Java's call themselves for each turn of a group that repeats, and overflow the stack on a long
 * line, unless the repetition is possessive; one that begins with repeated white space tries each run of spaces from all its places; and a
 * dot for all that follows ends at the first line separator of Unicode, which names may have, unless it is told not to.
 */
class RegularExpressionsTest {

    private static final Pattern USE = Pattern.compile(
            """
            (?:Pattern\\s*\\.compile|\\.matches|\\.replaceFirst|\\.replaceAll|\\.split)\\(\\s*"((?:[^"\\\\]|\\\\.)*+)\"""");

    private static final Pattern REPEATED_GROUP = Pattern.compile("(?<!\\\\)\\)(?:[+*]|\\{\\d+,\\})(?!\\+)");
    private static final Pattern SPACES_FIRST = Pattern.compile("(?:\\\\s|\\[?\\\\h\\]?)[*+].+");

    private static final Pattern ANYTHING = Pattern.compile("(?<!\\\\)\\.[*+]");

    static boolean endsEarly(String expression) {
        return ANYTHING.matcher(expression).find() && !expression.startsWith("(?s)");
    }

    static boolean isSlow(String expression) {
        return REPEATED_GROUP.matcher(expression).find()
                || SPACES_FIRST.matcher(expression).matches();
    }

    @Test
    void shouldKnowTheKinds() {
        assertThat(List.of("^(\\./+)+", "\\d+(\\s+\\d+){4,}", "(a|b)*", "\\s*\\R\\s*"))
                .allMatch(RegularExpressionsTest::isSlow);
        assertThat(List.of("a.*", ".+\\.b")).allMatch(RegularExpressionsTest::endsEarly);
        assertThat(List.of("(?s)a.*", "a\\.+")).noneMatch(RegularExpressionsTest::endsEarly);
        assertThat(List.of("(\\d+)x", "(?:[^\"]|\\\\.)*+", "\\s+", "a\\)+", "(a|b)?"))
                .noneMatch(RegularExpressionsTest::isSlow);
    }

    @Test
    void shouldBeNoneOfThemInTheProduct() throws IOException {
        List<String> found = new ArrayList<>();
        int seen = 0;
        for (Path file : Modules.sources()) {
            Matcher use = USE.matcher(Files.readString(file));
            while (use.find()) {
                String expression = use.group(1).translateEscapes();
                seen++;
                if (isSlow(expression) || endsEarly(expression)) {
                    found.add(file.getFileName() + ": " + expression);
                }
            }
        }
        assertThat(seen).isGreaterThan(50);
        assertThat(found).isEmpty();
    }
}
