package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.protobuf.WireReader;

/** What is asked of a run's event files. Stateless. */
final class EventAnswers {

    private static final int BARS = 48;
    private static final int MOST_HISTOGRAMS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    private EventAnswers() {}

    static Answer scores(Run run) throws IOException {
        EventLog events = run.events();
        return Answer.json(SeriesJson.bytes(
                json -> SeriesJson.series(json, "columns", events.scores(ThinnedSeries.MOST_BUCKETS))));
    }

    /** The steps of which there are images, and the latest of each histogram. */
    static ObjectNode tags(Run run) throws IOException {
        EventLog events = run.events();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode images = answer.putObject("images");
        events.images().forEach((tag, places) -> steps(images.putArray(tag), places));
        ObjectNode histograms = answer.putObject("histograms");
        events.histograms()
                .forEach((tag, places) ->
                        histograms.put(tag, places.get(places.size() - 1).step()));
        answer.put("damaged", events.damaged());
        return answer;
    }

    private static void steps(ArrayNode steps, List<EventLog.Place> places) {
        places.forEach(place -> steps.add(place.step()));
    }

    /** The image {@code tag} of a {@code step}. */
    static Answer image(Run run, Query query) throws IOException, RefusedException {
        EventLog events = run.events();
        String tag = query.text("tag");
        long step = query.number("step", -1);
        for (EventLog.Place place : events.images().getOrDefault(tag == null ? "" : tag, List.of())) {
            if (place.step() == step) {
                ByteBuffer message = events.field(place, tag, 4);
                byte[] png = message == null ? null : png(message);
                if (png != null) {
                    return new Answer("image/png", png);
                }
            }
        }
        throw new RefusedException(RefusedException.MISSING, "there is no such image");
    }

    /** Null if what is stored is no PNG: nothing else is handed to a browser as an image. */
    private static byte[] png(ByteBuffer message) throws DataException {
        WireReader reader = new WireReader(message, "image");
        while (reader.next()) {
            if (reader.field() == 4) {
                ByteBuffer encoded = reader.bytes();
                byte[] bytes = new byte[encoded.remaining()];
                encoded.get(bytes);
                boolean png = bytes.length > 8 && (bytes[0] & 0xff) == 0x89 && bytes[1] == 'P' && bytes[2] == 'N';
                return png ? bytes : null;
            }
            reader.skip();
        }
        return null;
    }

    /** The histograms {@code tag} over the steps, at most {@code most} of them. */
    static ObjectNode histograms(Run run, Query query) throws IOException, RefusedException {
        EventLog events = run.events();
        String tag = query.text("tag");
        List<EventLog.Place> places = events.histograms().get(tag == null ? "" : tag);
        if (places == null) {
            throw new RefusedException(RefusedException.MISSING, "there is no such histogram");
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("histograms");
        int most = (int) Math.max(1, Math.min(MOST_HISTOGRAMS, query.number("most", MOST_HISTOGRAMS)));
        int every = (places.size() + most - 1) / most;
        for (int i = (places.size() - 1) % every; i < places.size(); i += every) {
            ByteBuffer message = events.field(places.get(i), tag, 5);
            if (message == null) {
                continue;
            }
            try {
                StoredHistogram histogram = StoredHistogram.of(message, BARS);
                ObjectNode one = all.addObject()
                        .put("step", places.get(i).step())
                        .put("min", histogram.min())
                        .put("max", histogram.max())
                        .put("count", histogram.count());
                ArrayNode bars = one.putArray("bars");
                for (double bar : histogram.bars()) {
                    bars.add(bar);
                }
            } catch (DataException e) {
                answer.put("problem", e.getMessage());
            }
        }
        return answer;
    }
}
