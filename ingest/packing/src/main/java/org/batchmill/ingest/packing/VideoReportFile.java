package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.augment.draw.Markup;
import org.batchmill.records.storage.Storage;
import org.batchmill.video.FrameSelection.Dropped;

/** What became of the frames of videos, as a page for people, with a contact sheet beside it. */
final class VideoReportFile {

    private VideoReportFile() {}

    /** Writes the page and the sheet. A sheet of an earlier run goes where there is nothing to show. */
    static void write(
            List<FrameTally> tallies, List<BadSample> bad, List<Thumbnails.Thumbnail> thumbnails, Path page, Path sheet)
            throws IOException {
        Files.deleteIfExists(sheet);
        Thumbnails.write(thumbnails, sheet);
        StringBuilder html =
                new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Frames</title>\n"
                        + "<style>body{font:14px sans-serif}td,th{padding:2px 10px;text-align:right}"
                        + "td:first-child,th:first-child{text-align:left}</style>\n");
        html.append("<table><tr><th>video<th>frames<th>decoded<th>kept<th>lost");
        for (Dropped why : Dropped.values()) {
            html.append("<th>").append(why.word().replace('_', ' '));
        }
        html.append("<th>interlaced</tr>\n");
        tallies.forEach(tally -> row(html, tally));
        row(html, FrameTally.sum(tallies));
        html.append("</table>\n");
        if (!bad.isEmpty()) {
            html.append("<h2>Left out</h2>\n<ul>\n");
            bad.forEach(one ->
                    html.append("<li>").append(Markup.escape(one.toString())).append('\n'));
            html.append("</ul>\n");
        }
        if (!thumbnails.isEmpty()) {
            html.append("<p><img alt=\"contact sheet\" src=\"")
                    .append(Markup.escape(sheet.getFileName().toString()))
                    .append("\">\n");
        }
        Storage.write(page, html.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void row(StringBuilder html, FrameTally tally) {
        html.append("<tr><td>").append(Markup.escape(tally.video()));
        for (long count : new long[] {tally.frames(), tally.decoded(), tally.kept(), tally.lost()}) {
            html.append("<td>").append(count);
        }
        for (Dropped why : Dropped.values()) {
            html.append("<td>").append(tally.dropped(why));
        }
        html.append("<td>").append(tally.interlaced()).append("</tr>\n");
    }
}
