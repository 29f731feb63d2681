package org.batchmill.batches.served;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A link to a server of this machine: a socket, and the ring, in which the rows lie. */
final class RingLink implements ServerLink {

    private final ServerLine line;
    private final RingFile ring;

    private RingLink(ServerLine line, RingFile ring) {
        this.line = line;
        this.ring = ring;
    }

    static RingLink open(String address) throws IOException {
        ServerLine line = ServerLine.connect(address);
        try {
            JsonNode greeting = line.next();
            ServedBatches.requireServer(greeting, address);
            return new RingLink(
                    line, RingFile.open(Path.of(greeting.path("ring").asText())));
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    @Override
    public String token() {
        return ring.token();
    }

    @Override
    public void say(JsonNode what) throws IOException {
        line.say(what);
    }

    @Override
    public JsonNode next() throws IOException {
        return line.next();
    }

    @Override
    public Rows rows(JsonNode reply) {
        ByteBuffer slot = ring.slots().get(reply.path("slot").asInt());
        int first = reply.path("from").asInt();
        return new Rows() {
            @Override
            public ByteBuffer of(RingArray array, int from, int rows) {
                return array.in(slot, first + from, rows);
            }

            @Override
            public void close() {
                // The server hears of it when the next batch is asked for.
            }
        };
    }

    @Override
    public void close() throws IOException {
        line.close();
    }
}
