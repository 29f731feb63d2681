package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that the pages are made of: a fixed list, so that no address names a file. Immutable. */
final class StaticFiles {

    /** The version of the webjar, as in the parent pom. */
    static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.3.1/";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String DRAWING = "image/svg+xml";

    /** The names of our own scripts, without their ending. */
    static final List<String> SCRIPTS = List.of(
            "main",
            "dom",
            "state",
            "server",
            "summary",
            "gang",
            "steering",
            "surface",
            "timeline",
            "charts",
            "scalars",
            "input",
            "images",
            "evaluation",
            "skipped",
            "search",
            "histograms",
            "graph",
            "answer",
            "picker",
            "settings");

    private final Map<String, Content> files = new LinkedHashMap<>();

    /** A file's kind and bytes. */
    @SuppressWarnings("ArrayRecordComponent") // written out, never compared
    record Content(String type, byte[] bytes) {}

    StaticFiles() throws IOException {
        files.put("/", new Content(HTML, PageFrame.linked().getBytes(StandardCharsets.UTF_8)));
        add("/dashboard.css", STYLE, "dashboard.css");
        add("/icon.svg", DRAWING, "icon.svg");
        for (String script : SCRIPTS) {
            add("/" + script + ".js", SCRIPT, script + ".js");
        }
        add("/echarts.min.js", SCRIPT, ECHARTS + "dist/echarts.min.js");
    }

    private void add(String address, String type, String resource) throws IOException {
        files.put(address, new Content(type, bytes(resource)));
    }

    /** A file of the installation. */
    static byte[] bytes(String resource) throws IOException {
        try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is missing in the installation");
            }
            return in.readAllBytes();
        }
    }

    /** Null if there is none of this address. */
    Content of(String address) {
        return files.get(address);
    }
}
