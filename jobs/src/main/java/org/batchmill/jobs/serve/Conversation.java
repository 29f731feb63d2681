package org.batchmill.jobs.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.served.ConsumerLine;
import org.batchmill.batches.served.RingArray;
import org.batchmill.batches.served.RingFile;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;

/** What is said to one consumer, as docs/serve.md has it, whatever carries it. Used by one thread. */
final class Conversation {

    private static final int HELLO_MILLIS = 10_000;
    private static final int LOOK_MILLIS = 200;
    /** How often a consumer that waits hears why. */
    private static final int LOOKS_A_WORD = 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What all consumers of a server are told.
     *
     * @param arrays as they lie in each slot
     * @param facts  sent to a consumer that is taken
     */
    record Host(
            ServedStream stream,
            RingFile ring,
            Identity identity,
            List<RingArray> arrays,
            Map<String, Object> facts,
            Notices notices) {}

    /** What the server's user reads. Safe for use by many threads. */
    static final class Notices {

        private final JobListener listener;
        private String last = "";

        Notices(JobListener listener) {
            this.listener = listener;
        }

        synchronized void log(String line) {
            listener.log(line);
        }

        /** Once in a row: a consumer that has to wait asks again and again. */
        synchronized void warn(String line) {
            if (!line.equals(last)) {
                last = line;
                listener.warn(line);
            }
        }
    }

    private final Host host;
    private final ConsumerLine line;
    /** What it has to know; null if it was let in already. */
    private final String token;

    private Conversation(Host host, ConsumerLine line, String token) {
        this.host = host;
        this.line = line;
        this.token = token;
    }

    /** With a consumer of this machine, which reads the ring. */
    static Conversation here(Host host, ConsumerLine line) {
        return new Conversation(host, line, host.ring.token());
    }

    /** With a consumer of any machine, to which rows are carried. */
    static Conversation elsewhere(Host host, ConsumerLine line) {
        return new Conversation(host, line, null);
    }

    /** Talks until the other side is gone, or has to go. */
    void run() throws InterruptedException {
        try {
            Map<String, Object> greeting = new LinkedHashMap<>();
            greeting.put("service", ServedBatches.SERVICE);
            greeting.put("version", ServedBatches.VERSION);
            if (token != null) {
                greeting.put("ring", host.ring.path().toString());
            }
            say(greeting);
            String hello = line.next(HELLO_MILLIS);
            if (hello != null) {
                greet(hello);
            }
        } catch (Refusal e) {
            host.notices.warn("a consumer is not served: " + e.getMessage());
        } catch (IOException e) {
            host.notices.log("the connection from " + line.from() + " ended: " + e.getMessage());
        }
    }

    private void greet(String first) throws IOException, InterruptedException, Refusal {
        Hello hello;
        Consumer consumer;
        try {
            JsonNode json = parse(first);
            if (json.path("version").asInt(-1) != ServedBatches.VERSION) {
                throw Refusal.forGood("the server speaks version " + ServedBatches.VERSION + ", the client "
                        + json.path("version").asText("none"));
            }
            if (token != null && !json.path("token").asText().equals(token)) {
                throw Refusal.forGood("the token is not that of the ring");
            }
            hello = Hello.parse(json, host.identity);
            consumer = host.stream.attach(hello);
        } catch (Refusal e) {
            Map<String, Object> refusal = new LinkedHashMap<>();
            refusal.put("refused", e.getMessage());
            refusal.put("later", e.later());
            say(refusal);
            throw e;
        }
        boolean inOrder = false;
        try {
            host.notices.log(hello.who() + " takes " + part(hello));
            inOrder = serve(consumer);
        } catch (SocketException e) {
            // The other side was killed.
        } finally {
            host.stream.detach(consumer, inOrder);
            host.notices.log(hello.who()
                    + (inOrder ? " is done" : " is gone: what it was given and had not finished is given again"));
        }
    }

    private static String part(Hello hello) {
        if (hello.shared()) {
            return "from the stream";
        }
        return hello.shards() == 1 ? "all batches" : "shard " + hello.shard() + " of " + hello.shards();
    }

    private static JsonNode parse(String line) throws Refusal {
        try {
            JsonNode json = JSON.readTree(line);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw Refusal.forGood("a line that is no JSON object: "
                + line.substring(0, Math.min(40, line.length())).replaceAll("\\p{Cntrl}", "?"));
    }

    /** True if the consumer said goodbye. */
    private boolean serve(Consumer consumer) throws IOException, InterruptedException, Refusal {
        Map<String, Object> welcome = new LinkedHashMap<>(host.facts);
        if (consumer.hello.position() == null) {
            welcome.put("position", host.stream.where(consumer).toJson());
        }
        say(welcome);
        while (true) {
            String said = line.next(0);
            if (said == null) {
                return false;
            }
            JsonNode json = parse(said);
            List<Long> released = new ArrayList<>();
            json.path("release").forEach(number -> released.add(number.asLong(-1)));
            switch (json.path("op").asText()) {
                case "next" -> {
                    host.stream.acknowledge(consumer, released);
                    if (!answer(consumer)) {
                        return false;
                    }
                }
                case "bye" -> {
                    return true;
                }
                default -> throw Refusal.forGood("nothing is known of the operation " + json.path("op"));
            }
        }
    }

    /** False if the other side has gone meanwhile. */
    private boolean answer(Consumer consumer) throws IOException, InterruptedException {
        for (int looks = 1; ; looks++) {
            Reply reply = host.stream.next(consumer, LOOK_MILLIS);
            if (reply != null) {
                say(reply);
                if (reply instanceof Reply.Failed) {
                    host.stream.told(consumer);
                }
                return true;
            }
            if (line.gone()) {
                return false;
            }
            if (looks % LOOKS_A_WORD == 0) {
                say(Map.of("wait", host.stream.waitsFor(consumer)));
            }
        }
    }

    private void say(Reply reply) throws IOException, InterruptedException {
        if (reply instanceof Reply.Given given) {
            line.give(
                    JsonLine.of(given.toJson()),
                    host.ring.slots().get(given.entry().slot()),
                    new ConsumerLine.RowRange(given.from(), given.to()),
                    given.ids());
        } else {
            say(reply.toJson());
        }
    }

    private void say(Map<String, Object> what) throws IOException, InterruptedException {
        line.say(JsonLine.of(what));
    }
}
