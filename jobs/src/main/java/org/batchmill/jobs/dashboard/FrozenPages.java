package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.batchmill.augment.draw.Markup;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.storage.Storage;

/**
 * The pages of a run, or of a search with its trials, in one file with all that they show: it opens without a server, asks for nothing
 * from elsewhere, and runs no script but its own. What would make it large is thinned out. Stateless.
 */
public final class FrozenPages {

    private static final String CHARTS = "dist/echarts.min.js";

    private FrozenPages() {}

    /**
     * Writes the file in place of what stood there.
     *
     * @param folder the run folder, or that of a search
     * @param plain  well-formed elements that are shown where no script may run
     */
    public static void write(Path folder, String plain, Path file) throws IOException, InterruptedException {
        RunFolders runs = new RunFolders(List.of(folder));
        String answers;
        try (WorkerPool readers = new WorkerPool("report", 1)) {
            answers = new FrozenAnswers(runs, new Answers(runs, readers)).json();
        }
        String title = folder.toAbsolutePath().getFileName().toString();
        Storage.write(file, html(title, answers, plain).getBytes(StandardCharsets.UTF_8));
    }

    private static String html(String title, String answers, String plain) throws IOException {
        String style = new String(StaticFiles.bytes("dashboard.css"), StandardCharsets.UTF_8);
        String charts = new String(StaticFiles.bytes(StaticFiles.ECHARTS + CHARTS), StandardCharsets.UTF_8);
        // The end of a CDATA section may not stand inside it; in a script a space between the two means the same.
        String drawing = "//<![CDATA[\n" + charts.replace("]]>", "]] >") + "\n//]]>";
        String pages = "//<![CDATA[\n" + ModuleBundle.frozen() + "\n//]]>";
        String policy = "default-src 'none'; script-src " + hash(drawing) + " " + hash(pages) + "; style-src "
                + hash(style) + "; img-src data:; base-uri 'none'; form-action 'none'";
        return PageFrame.whole(
                Markup.escape(title),
                "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\"/>\n<style>" + style
                        + "</style>",
                "<script type=\"application/json\" id=\"frozen\">" + inert(answers) + "</script>\n<script>" + drawing
                        + "</script>\n<script>" + pages + "</script>",
                plain);
    }

    /** JSON in which no character can end an element or begin another. */
    private static String inert(String json) {
        return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
