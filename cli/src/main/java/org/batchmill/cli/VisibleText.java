package org.batchmill.cli;

import java.util.Locale;

/**
 * Text for a terminal, whatever names of files and classes are made of: characters that move its cursor, end its lines or turn the
 * direction of writing are shown as {@code \\uXXXX}. In a line of JSON, where they stand inside strings alone, that is the same
 * character.
 */
final class VisibleText {

    private VisibleText() {}

    /** A line; ends of lines in it are made visible too. */
    static String line(String text) {
        return of(text, false);
    }

    /** A text of several lines. */
    static String lines(String text) {
        return of(text, true);
    }

    private static String of(String text, boolean ends) {
        int first = 0;
        while (first < text.length() && isPlain(text, first, ends)) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            if (isPlain(text, i, ends)) {
                visible.append(text.charAt(i));
            } else {
                visible.append(String.format(Locale.ROOT, "\\u%04x", (int) text.charAt(i)));
            }
        }
        return visible.toString();
    }

    private static boolean isPlain(String text, int index, boolean ends) {
        char c = text.charAt(index);
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        if (c == '\t' || (c == '\n' && ends)) {
            return true;
        }
        if (Character.isHighSurrogate(c)) {
            return index + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(index + 1))
                    && isVisible(text.codePointAt(index));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0
                    && Character.isHighSurrogate(text.charAt(index - 1))
                    && isVisible(text.codePointAt(index - 1));
        }
        return isVisible(c);
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            // Joiners shape letters of many scripts and families of emoji.
            case Character.FORMAT -> character == 0x200c || character == 0x200d;
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default -> true;
        };
    }
}
