package org.batchmill.jobs.serve;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How a consumer presents itself.
 *
 * @param who      what it is called in messages
 * @param name     by which it takes up again what it left; null for none
 * @param shard    from 0, of {@code shards}; of one stream 0 of 1
 * @param shared   whether it takes from one stream with others, and not a shard
 * @param keep     batches that it may still hold when it asks for the next
 * @param position where to go on; null for where its name says, or the beginning
 * @param again    whether it was served up to now, and lost its connection
 */
record Hello(
        String who, String name, int shard, int shards, boolean shared, int keep, Position position, boolean again) {

    private static final int LONGEST_NAME = 200;

    /** @throws Refusal if it makes no sense */
    static Hello parse(JsonNode json, Identity identity) throws Refusal {
        JsonNode name = json.path("name");
        JsonNode state = json.path("position");
        if (name.asText().length() > LONGEST_NAME) {
            throw Refusal.forGood("a name has at most " + LONGEST_NAME + " characters");
        }
        if (state.isObject()) {
            identity.require(state.path("identity"));
        }
        Hello hello = new Hello(
                shown(json),
                name.isTextual() ? name.asText() : null,
                json.path("shard").asInt(0),
                json.path("of").asInt(1),
                json.path("shared").asBoolean(false),
                json.path("keep").asInt(1),
                state.isObject() ? Position.parse(state) : null,
                json.path("again").asBoolean(false));
        if (hello.shards < 1 || hello.shard < 0 || hello.shard >= hello.shards) {
            throw Refusal.forGood("there is no shard " + hello.shard + " of " + hello.shards + ": they count from 0");
        }
        if (hello.shared && hello.shards != 1) {
            throw Refusal.forGood("a consumer takes a shard, or from one stream with others, not both");
        }
        if (hello.keep < 1) {
            throw Refusal.forGood("a consumer holds one batch at least, not " + hello.keep);
        }
        return hello;
    }

    private static String shown(JsonNode json) {
        String name = json.path("name").asText("");
        String client = json.path("client").asText("");
        String shown = name.isEmpty() ? client : name;
        return shown.isEmpty() ? "a consumer" : shown.substring(0, Math.min(LONGEST_NAME, shown.length()));
    }

    /** How the batches are shared out, for people. */
    String sharing() {
        return shared ? "one stream" : "shards of " + shards;
    }
}
