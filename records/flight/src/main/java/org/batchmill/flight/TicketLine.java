package org.batchmill.flight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.flight.CallStatus;
import org.batchmill.batches.served.ConsumerLine;
import org.batchmill.batches.served.ServedBatches;

/**
 * A reader that any Arrow client is: what it wants stands in its ticket, it reads an epoch to its end, and says nothing meanwhile. A batch counts as
 * finished when the next is sent for it.
 */
final class TicketLine implements ConsumerLine {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String from;
    private final ObjectNode hello;
    private final StreamedRows rows;
    private JsonNode identity;
    private boolean greeted;
    private boolean ended;
    /** The number of the batch that was given last; null for none. */
    private JsonNode given;

    private CallStatus failure;

    /** @throws IllegalArgumentException if the ticket is none */
    TicketLine(String from, byte[] ticket, StreamedRows rows) {
        this.from = from;
        this.rows = rows;
        this.hello = JSON.createObjectNode()
                .put("op", "hello")
                .put("version", ServedBatches.VERSION)
                .put("client", "a reader by Flight");
        hello.setAll(parse(ticket));
    }

    private static ObjectNode parse(byte[] ticket) {
        if (ticket.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(new String(ticket, StandardCharsets.UTF_8)) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw new IllegalArgumentException("a ticket is a JSON object, as {\"shard\":0,\"of\":1}, or nothing");
    }

    /** Why nothing follows; null if the epoch has ended in order. */
    CallStatus failure() {
        return ended ? null : failure == null ? BatchProducer.STOPPED : failure;
    }

    @Override
    public String from() {
        return from;
    }

    @Override
    public String next(int millis) throws IOException {
        if (!greeted) {
            greeted = true;
            return hello.toString();
        }
        ObjectNode next = JSON.createObjectNode().put("op", ended ? "bye" : "next");
        rows.awaitRoom();
        if (given != null) {
            next.putArray("release").add(given);
        }
        return next.toString();
    }

    @Override
    public void say(String line) throws IOException {
        JsonNode said = JSON.readTree(line);
        if (said.has("refused")) {
            CallStatus status = said.path("later").asBoolean() ? CallStatus.UNAVAILABLE : CallStatus.INVALID_ARGUMENT;
            failure = status.withDescription(said.path("refused").asText());
        } else if (said.has("error")) {
            failure = CallStatus.INTERNAL.withDescription(said.path("error").asText());
        } else if (said.has("identity")) {
            identity = said.path("identity");
        } else if (said.has("end")) {
            ended = true;
            rows.end(withState(said));
        }
    }

    @Override
    public void give(String line, ByteBuffer slot, RowRange range, List<String> ids) throws IOException {
        JsonNode said = JSON.readTree(line);
        given = said.path("batch");
        rows.give(withState(said), slot, range, ids);
    }

    /** The position as a ticket can have it. */
    private String withState(JsonNode said) {
        ((ObjectNode) said.path("position")).set("identity", identity);
        return said.toString();
    }

    @Override
    public boolean gone() {
        return rows.gone();
    }
}
