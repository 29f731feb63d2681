package org.batchmill.jobs.report;

/** Text inside markup. */
final class Html {

    private Html() {}

    /** The text with every character escaped that means something in HTML, inside attributes too. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
