package org.batchmill.jobs.serve;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a consumer is told that asks for the next batch. */
sealed interface Reply {

    /** As JSON has it. */
    Map<String, Object> toJson();

    /**
     * Rows of a batch.
     *
     * @param from     the first row
     * @param to       the first row behind those
     * @param position behind it
     */
    record Given(Entry entry, int from, int to, Position position) implements Reply {
        /** Of the rows. */
        List<String> ids() {
            return entry.ids().subList(from, to);
        }

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("batch", entry.number());
            json.put("epoch", entry.epoch());
            json.put("slot", entry.slot());
            json.put("from", from);
            json.put("to", to);
            json.put("ids", ids());
            json.put("position", position.toJson());
            return json;
        }
    }

    /** No batch of the epoch is left. */
    record Ended(long epoch, Position position) implements Reply {
        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("end", epoch);
            json.put("position", position.toJson());
            return json;
        }
    }

    /** There will be no further batch. */
    record Failed(String why) implements Reply {
        @Override
        public Map<String, Object> toJson() {
            return Map.of("error", why);
        }
    }
}
