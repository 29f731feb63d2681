package org.batchmill.batches.served;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;

/**
 * Batches of a server, {@code batchmill serve}, on this machine. They lie in memory that is shared with it and are not copied. What a server
 * that is started again made before comes again in the same order: a client that loses its server waits for it, and goes on.
 *
 * <pre>{@code
 * try (ServedBatches batches = ServedBatches.at("127.0.0.1:7070").connect()) {
 *     for (ServedBatch batch = batches.next(); batch != null; batch = batches.next()) {
 *         try (batch) { ... }
 *     }
 * }
 * }</pre>
 *
 * <p>Used by one thread; batches may be closed by any. The caller closes each batch, at the latest when the next but one is asked for, or
 * says by {@link Builder#keep} that it holds more.
 */
public final class ServedBatches implements AutoCloseable {

    /** What a server says first, with its version. */
    public static final String SERVICE = "batchmill-batches";

    /** Of what is said on the socket. */
    public static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long AGAIN_MILLIS = 200;

    private final Builder asked;
    private final List<Long> released = new ArrayList<>();
    /** What was said to be released with the request whose reply has not come; null where none is waited for. */
    private List<Long> told;

    private final TreeMap<Long, ServedBatch> open = new TreeMap<>();
    private ServerLink link;
    private List<RingArray> arrays;
    private List<String> classes;
    private JsonNode identity;
    private OptionalLong batchesInEpoch;
    private int rows;
    /** Where this stands; null before anything was said of it. */
    private ObjectNode position;

    private boolean closed;

    private ServedBatches(Builder asked) throws IOException, InterruptedException {
        this.asked = asked;
        this.position = asked.state;
        connect(false);
    }

    /** A client of a server at {@code HOST:PORT}, of this machine. */
    public static Builder at(String address) {
        return over(address, () -> RingLink.open(address));
    }

    /**
     * A client of a server that is reached in another way.
     *
     * @param address of the server, for messages
     */
    public static Builder over(String address, ServerLink.Opener opener) {
        return new Builder(address, opener);
    }

    /**
     * Looks at what a server says first.
     *
     * @throws UsageException if it is none, or of another version
     */
    public static void requireServer(JsonNode greeting, String address) {
        if (!greeting.path("service").asText().equals(SERVICE)) {
            throw noServer(address);
        }
        if (greeting.path("version").asInt() != VERSION) {
            throw new UsageException(address + ": the server speaks version "
                    + greeting.path("version").asText() + ", this client " + VERSION);
        }
    }

    /**
     * A line of a server.
     *
     * @throws UsageException if it is none: what answers there is something else
     */
    public static JsonNode said(String line, String address) {
        try {
            JsonNode json = JSON.readTree(line);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw noServer(address);
    }

    private static UsageException noServer(String address) {
        return new UsageException(address + ": what answers there serves no batches");
    }

    /** How a client presents itself. Used by one thread. */
    public static final class Builder {

        private final String address;
        private final ServerLink.Opener opener;
        private String name;
        private int shard;
        private int shards = 1;
        private boolean shared;
        private int keep = 1;
        private ObjectNode state;
        private Duration timeout = Duration.ofMinutes(10);

        private Builder(String address, ServerLink.Opener opener) {
            this.address = address;
            this.opener = opener;
        }

        /** A client that was killed is gone on for by the next of this name. Default: none, and a new client begins anew. */
        public Builder name(String its) {
            this.name = its;
            return this;
        }

        /** The rows of each batch of the {@code index}-th of {@code count} clients, from 0. Default: all rows. */
        public Builder shard(int index, int count) {
            this.shard = index;
            this.shards = count;
            return this;
        }

        /** Takes whole batches from one stream, together with other clients that say so. */
        public Builder shared() {
            this.shared = true;
            return this;
        }

        /** How many batches may be open when the next is asked for. Default: 1. */
        public Builder keep(int batches) {
            this.keep = batches;
            return this;
        }

        /**
         * Goes on where {@link ServedBatches#state()} was asked for, of this or another client.
         *
         * @throws UsageException if it is no such text
         */
        public Builder state(String text) {
            try {
                if (JSON.readTree(text) instanceof ObjectNode object && object.has("batch")) {
                    this.state = object;
                    return this;
                }
            } catch (JsonProcessingException e) {
                // said below
            }
            throw new UsageException("not a state of served batches");
        }

        /** How long to wait for a batch, or for a server that is gone. Default: 10 minutes. */
        public Builder timeout(Duration longest) {
            this.timeout = longest;
            return this;
        }

        /**
         * Connects.
         *
         * @throws UsageException if the server does not serve this client: its options, its version or its state do not fit
         * @throws IOException    if no server is there
         */
        public ServedBatches connect() throws IOException, InterruptedException {
            return new ServedBatches(this);
        }
    }

    // Being connected.

    private void connect(boolean again) throws IOException, InterruptedException {
        long from = System.nanoTime();
        while (true) {
            try {
                greet(again);
                return;
            } catch (NotNowException e) {
                requireTime(from, e.getMessage(), e);
            } catch (DataException e) {
                throw e;
            } catch (IOException e) {
                if (!again) {
                    throw e;
                }
                requireTime(from, e.getMessage(), e);
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    private void requireTime(long from, String why, IOException cause) throws IOException {
        if (System.nanoTime() - from > asked.timeout.toNanos()) {
            throw new IOException(asked.address + ": no batch for " + asked.timeout.toSeconds() + " s: " + why, cause);
        }
    }

    private void greet(boolean again) throws IOException, InterruptedException {
        ServerLink talk = asked.opener.open();
        try {
            talk.say(hello(talk.token(), again));
            JsonNode welcome = talk.next();
            if (welcome.has("refused")) {
                String why = asked.address + ": " + welcome.path("refused").asText();
                if (welcome.path("later").asBoolean()) {
                    throw new NotNowException(why);
                }
                throw new UsageException(why);
            }
            take(welcome);
            link = talk;
        } catch (IOException | InterruptedException | RuntimeException e) {
            talk.close();
            throw e;
        }
    }

    private ObjectNode hello(String token, boolean again) {
        ObjectNode hello = JSON.createObjectNode()
                .put("op", "hello")
                .put("version", VERSION)
                .put("token", token)
                .put("client", "java, process " + ProcessHandle.current().pid())
                .put("name", asked.name)
                .put("shard", asked.shard)
                .put("of", asked.shards)
                .put("shared", asked.shared)
                .put("keep", asked.keep)
                .put("again", again);
        if (position != null) {
            hello.set("position", state(position));
        }
        return hello;
    }

    private void take(JsonNode welcome) {
        arrays = new ArrayList<>();
        for (JsonNode array : welcome.path("arrays")) {
            arrays.add(RingArray.parse(array));
        }
        classes = new ArrayList<>();
        welcome.path("classes").forEach(name -> classes.add(name.asText()));
        identity = welcome.path("identity");
        rows = welcome.path("rows").asInt();
        JsonNode batches = welcome.path("batches");
        batchesInEpoch = batches.isNumber() ? OptionalLong.of(batches.asLong()) : OptionalLong.empty();
        if (position == null) {
            position = JSON.createObjectNode();
            position.setAll((ObjectNode) welcome.path("position"));
        }
        synchronized (released) {
            // They are of a ring that is gone.
            released.clear();
            open.clear();
            told = null;
        }
    }

    private ObjectNode state(ObjectNode where) {
        ObjectNode state = where.deepCopy();
        if (identity != null) {
            state.set("identity", identity);
        }
        return state;
    }

    // What is asked.

    /**
     * The next batch of this epoch, waiting for it.
     *
     * @return a batch, which the caller closes, or null at the end of the epoch; the next call then begins the next one
     * @throws DataException         if the server's data are bad, and bad samples not to be left out
     * @throws IOException           if none comes in time
     * @throws IllegalStateException if more batches are open than are kept
     */
    public ServedBatch next() throws IOException, InterruptedException {
        if (closed) {
            throw new IllegalStateException("these batches are closed");
        }
        long from = System.nanoTime();
        while (true) {
            try {
                return ask(from);
            } catch (DataException e) {
                throw e;
            } catch (LostServerException e) {
                link.close();
                connect(true);
            }
        }
    }

    private ServedBatch ask(long from) throws IOException, InterruptedException {
        request();
        JsonNode reply = link.next();
        while (reply.has("wait")) {
            requireTime(from, "it waits for " + reply.path("wait").asText(), null);
            reply = link.next();
        }
        synchronized (released) {
            released.removeAll(told);
            told = null;
        }
        if (reply.has("error")) {
            throw new DataException(
                    DataException.Kind.CORRUPT,
                    asked.address,
                    reply.path("error").asText());
        }
        position = (ObjectNode) reply.path("position");
        return reply.has("end") ? null : batch(reply);
    }

    /** Asks for the next batch, unless a call that was interrupted has done so: its reply is still to come. */
    private void request() throws IOException {
        ObjectNode next = JSON.createObjectNode().put("op", "next");
        synchronized (released) {
            if (open.size() > asked.keep) {
                throw new IllegalStateException(open.size()
                        + " batches are open, and the next is asked for: close them, or keep(" + open.size() + ")");
            }
            if (told != null) {
                return;
            }
            told = List.copyOf(released);
            told.forEach(next.putArray("release")::add);
        }
        boolean said = false;
        try {
            link.say(next);
            said = true;
        } finally {
            told = said ? told : null;
        }
    }

    private ServedBatch batch(JsonNode reply) throws IOException {
        long number = reply.path("batch").asLong();
        List<String> ids = new ArrayList<>();
        reply.path("ids").forEach(id -> ids.add(id.asText()));
        ServedBatch batch = new ServedBatch(
                this,
                number,
                reply.path("epoch").asLong(),
                link.rows(reply),
                arrays,
                reply.path("from").asInt(),
                reply.path("to").asInt(),
                rows / asked.shards,
                classes,
                ids);
        synchronized (released) {
            open.put(number, batch);
        }
        return batch;
    }

    /** A batch is not read any more. */
    void release(ServedBatch batch) {
        synchronized (released) {
            if (open.remove(batch.number(), batch)) {
                released.add(batch.number());
            }
        }
    }

    /** The names of the classes, in the order of their numbers; empty where there are none. */
    public List<String> classes() {
        return List.copyOf(classes);
    }

    /** The arrays of each batch, as they lie in memory. */
    public Map<String, RingArray> arrays() {
        Map<String, RingArray> byName = new TreeMap<>();
        arrays.forEach(array -> byName.put(array.name(), array));
        return byName;
    }

    /** How many batches an epoch has, where that is known before: all samples are good, and no stream. */
    public OptionalLong batchesInEpoch() {
        return batchesInEpoch;
    }

    /** The epoch that the next call takes a batch of, from 0. */
    public long epoch() {
        return position.path("epoch").asLong();
    }

    /**
     * Where this stands behind the batch that was given last: some hundred characters of JSON. A client that begins with it gets the rest of the
     * epoch bit by bit, whatever the number of the server's threads; with another number of shards, all of them together do.
     */
    public String state() {
        return state(position).toString();
    }

    /** Says goodbye: what was given counts as done. Batches that are open are closed. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                link.say(JSON.createObjectNode().put("op", "bye"));
            } catch (IOException e) {
                // The server is gone already.
            }
            link.close();
            List<ServedBatch> left;
            synchronized (released) {
                left = List.copyOf(open.values());
            }
            left.forEach(ServedBatch::close);
        }
    }

    /** The server asks to come again later. */
    private static final class NotNowException extends IOException {
        private static final long serialVersionUID = 1L;

        NotNowException(String message) {
            super(message);
        }
    }
}
