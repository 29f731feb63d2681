package org.batchmill.jobs.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.queues.pipeline.PipelineState;

/**
 * Where a consumer stands: what comes next for it.
 *
 * @param epoch from 0, the one that it takes batches of
 * @param batch the number of the next batch, from 0 over all epochs
 * @param state of the pipeline before that batch; null for its very beginning
 * @param done  of consumers that take from one stream: batches from {@code batch} on that are done with nevertheless
 */
record Position(long epoch, long batch, String state, List<Long> done) {

    static final Position BEGIN = new Position(0, 0, null, List.of());

    Position {
        done = List.copyOf(done);
    }

    /** @throws Refusal if it is something else */
    static Position parse(JsonNode json) throws Refusal {
        JsonNode state = json.path("state");
        List<Long> done = new ArrayList<>();
        json.path("done").forEach(number -> done.add(number.asLong(-1)));
        Position position = new Position(
                json.path("epoch").asLong(-1),
                json.path("batch").asLong(-1),
                state.isTextual() ? state.asText() : null,
                done);
        if (position.epoch < 0 || position.batch < 0 || (position.state == null && position.batch > 0)) {
            throw Refusal.forGood("the state is damaged: epoch, batch or the pipeline's state is missing");
        }
        if (position.state != null) {
            position.requireState();
        }
        return position;
    }

    private void requireState() throws Refusal {
        try {
            long batches = PipelineState.parse(state).batches();
            if (batches != batch) {
                throw Refusal.forGood("the state is damaged: it is of batch " + batch + " and of batch " + batches);
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.forGood("the state is damaged: " + e.getMessage());
        }
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("epoch", epoch);
        json.put("batch", batch);
        json.put("state", state);
        if (!done.isEmpty()) {
            json.put("done", done);
        }
        return json;
    }
}
