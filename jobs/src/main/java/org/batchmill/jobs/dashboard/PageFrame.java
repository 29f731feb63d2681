package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The frame around the pages, index.html, with what they are made of either as links or within. As XML it is well-formed. Stateless.
 */
final class PageFrame {

    private static final String ICON = "icon.svg";

    private static final String PLAIN =
            "<p class=\"empty\">These pages draw charts by a script of this server: allow it, and load the page again.</p>";

    private PageFrame() {}

    /** Of the server, whose addresses the parts have. */
    static String linked() throws IOException {
        return of(
                "Batchmill",
                ICON,
                "<link rel=\"stylesheet\" href=\"dashboard.css\"/>",
                "<script src=\"echarts.min.js\" defer=\"defer\"></script><script src=\"main.js\" type=\"module\"></script>",
                PLAIN);
    }

    /**
     * Of a file that needs nothing else.
     *
     * @param style   elements for the head
     * @param scripts elements for the end of the body
     * @param plain   what is shown where no script may run
     */
    static String whole(String title, String style, String scripts, String plain) throws IOException {
        String icon = Base64.getEncoder().encodeToString(StaticFiles.bytes(ICON));
        return of(title, "data:image/svg+xml;base64," + icon, style, scripts, plain);
    }

    private static String of(String title, String icon, String style, String scripts, String plain) throws IOException {
        String frame = new String(StaticFiles.bytes("index.html"), StandardCharsets.UTF_8);
        return frame.replace("{{title}}", title)
                .replace("{{icon}}", icon)
                .replace("{{style}}", style)
                .replace("{{plain}}", plain)
                .replace("{{scripts}}", scripts);
    }
}
