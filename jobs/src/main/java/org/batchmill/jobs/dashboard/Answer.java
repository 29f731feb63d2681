package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An answer's kind and bytes. */
@SuppressWarnings("ArrayRecordComponent") // written out, never compared
record Answer(String type, byte[] bytes) {

    private static final String TYPE = "application/json";
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer json(JsonNode node) throws IOException {
        return json(JSON.writeValueAsBytes(node));
    }

    static Answer json(String json) {
        return json(json.getBytes(StandardCharsets.UTF_8));
    }

    static Answer json(byte[] json) {
        return new Answer(TYPE, json);
    }
}
