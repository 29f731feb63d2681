package org.batchmill.augment.draw;

/** Text inside markup. */
public final class Markup {

    private Markup() {}

    /** The text with every character escaped that means something in XML and HTML, inside attributes too. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
