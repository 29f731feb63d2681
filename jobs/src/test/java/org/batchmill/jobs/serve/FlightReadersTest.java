package org.batchmill.jobs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.jobs.PixelSize;
import org.batchmill.testing.NodeProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrow's own Java client, which knows nothing of us, reads the stream; npm's apache-arrow reads it as IPC. */
@SuppressWarnings("try") // Arrow's streams may be interrupted while they are closed
@Tag("concurrent")
class FlightReadersTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Serving serving;
    private final RootAllocator allocator = new RootAllocator();
    private FlightClient arrow;

    @BeforeEach
    void prepare() throws Exception {
        Serving.draw(folder, 3 * Serving.BATCH);
        serving = new Serving(folder);
        serving.options.flight = "127.0.0.1:0";
        serving.start();
        String port = serving.remoteAddress().substring(serving.remoteAddress().lastIndexOf(':') + 1);
        arrow = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", Integer.parseInt(port)))
                .build();
    }

    @AfterEach
    void end() throws Exception {
        arrow.close();
        serving.close();
        allocator.close();
    }

    /** What our own client is given: a line a row. */
    private List<String> expected(int batches) throws Exception {
        List<String> lines = new ArrayList<>();
        try (ServedBatches client = ServedBatches.at(serving.address()).connect()) {
            while (lines.size() < batches * Serving.BATCH) {
                try (ServedBatch batch = client.next()) {
                    for (int row = 0; batch != null && row < batch.size(); row++) {
                        int bytes = batch.pixels().remaining() / batch.size();
                        lines.add(batch.id(row).value() + " "
                                + crc(batch.pixels().slice(row * bytes, bytes)) + " "
                                + batch.array("targets.classes").getLong(row * Long.BYTES));
                    }
                }
            }
        }
        return lines;
    }

    private static long crc(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    /** The same, of Arrow's vectors. */
    private static List<String> lines(FlightStream stream) {
        FixedSizeListVector images = (FixedSizeListVector) stream.getRoot().getVector("images");
        ArrowBuf pixels = ((UInt1Vector) images.getDataVector()).getDataBuffer();
        BigIntVector classes = (BigIntVector) stream.getRoot().getVector("targets.classes");
        VarCharVector ids = (VarCharVector) stream.getRoot().getVector("ids");
        int bytes = images.getListSize();
        return IntStream.range(0, stream.getRoot().getRowCount())
                .mapToObj(row -> new String(ids.get(row), StandardCharsets.UTF_8) + " "
                        + crc(pixels.nioBuffer((long) row * bytes, bytes)) + " " + classes.get(row))
                .toList();
    }

    private static JsonNode said(FlightStream stream) throws IOException {
        ArrowBuf metadata = stream.getLatestMetadata();
        byte[] bytes = new byte[(int) metadata.readableBytes()];
        metadata.getBytes(0, bytes);
        return JSON.readTree(bytes);
    }

    private static Ticket ticket(String json) {
        return new Ticket(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldGiveAnEpochToArrowsOwnClientAndTheNextOneFromItsEnd() throws Exception {
        FlightInfo info = arrow.getInfo(FlightDescriptor.command("{}".getBytes(StandardCharsets.UTF_8)));
        Field images = info.getSchemaOptional().orElseThrow().findField("images");
        assertThat(images.getMetadata())
                .containsEntry("ARROW:extension:name", "arrow.fixed_shape_tensor")
                .containsEntry("ARROW:extension:metadata", "{\"shape\":[20,24,3]}");
        assertThat(JSON.readTree(info.getSchemaOptional()
                                .orElseThrow()
                                .getCustomMetadata()
                                .get("batchmill"))
                        .path("classes"))
                .hasToString("[\"even\",\"odd\"]");
        assertThat(arrow.listFlights(Criteria.ALL)).hasSize(1);

        List<String> got = new ArrayList<>();
        JsonNode end;
        try (FlightStream stream = arrow.getStream(info.getEndpoints().get(0).getTicket())) {
            end = read(stream, got);
        }
        assertThat(end.path("end").asInt(-1)).isZero();
        try (FlightStream stream = arrow.getStream(ticket("{\"position\":" + end.path("position") + "}"))) {
            assertThat(read(stream, got).path("end").asInt()).isOne();
        }
        assertThat(got).isEqualTo(expected(6));
    }

    /** Reads to the end; what was said last. */
    private static JsonNode read(FlightStream stream, List<String> lines) throws IOException {
        JsonNode last = null;
        while (stream.next()) {
            lines.addAll(lines(stream));
            last = said(stream);
        }
        return last;
    }

    @Test
    void shouldGoOnBehindEachBatchWithTheStateThatCameWithIt() throws Exception {
        List<String> got = new ArrayList<>();
        JsonNode position;
        try (FlightStream stream = arrow.getStream(ticket(""))) {
            assertThat(stream.next()).isTrue();
            got.addAll(lines(stream));
            position = said(stream).path("position");
        }
        try (ServedBatches ours = serving.client().state(position.toString()).connect()) {
            assertThat(Serving.take(ours, 2)).isEqualTo(serving.expected(3).subList(Serving.BATCH, 3 * Serving.BATCH));
        }
        try (FlightStream stream = arrow.getStream(ticket("{\"position\":" + position + "}"))) {
            read(stream, got);
        }
        assertThat(got).isEqualTo(expected(3));
    }

    @Test
    void shouldRefuseATicketThatIsNone() {
        refuses("[1]", "a ticket is a JSON object");
        refuses("{\"of\":3}", "batches of 8 cannot be divided into 3 shards");
        refuses("{\"position\":{\"batch\":1}}", "the state is of other batches");
    }

    private void refuses(String json, String why) {
        assertThatThrownBy(() -> {
                    try (FlightStream stream = arrow.getStream(ticket(json))) {
                        stream.next();
                    }
                })
                .isInstanceOf(FlightRuntimeException.class)
                .hasMessageContaining(why);
    }

    @Test
    void shouldSendNoMoreToAReaderThatDoesNotReadThanItsOwnSideAsksFor() throws Exception {
        serving.close();
        Serving.draw(folder, 25 * Serving.BATCH);
        serving = new Serving(folder);
        serving.options.flight = "127.0.0.1:0";
        serving.options.size = new PixelSize(512, 512); // 6 MB a batch, which no buffer on the way takes
        serving.start();
        String port = serving.remoteAddress().substring(serving.remoteAddress().lastIndexOf(':') + 1);
        try (FlightClient slow = FlightClient.builder(
                                allocator, Location.forGrpcInsecure("127.0.0.1", Integer.parseInt(port)))
                        .build();
                FlightStream stream = slow.getStream(ticket("{\"shared\":true}"));
                ServedBatches eager = serving.client().shared().connect()) {
            assertThat(stream.next()).isTrue();
            long last = 0;
            int eagers = 12;
            for (int i = 0; i < eagers; i++) {
                try (ServedBatch batch = eager.next()) {
                    last = batch.number();
                }
            }
            // Arrow's client asks for five messages ahead, and gRPC for what fills its window.
            assertThat(last + 1 - eagers).as("batches that the other was given").isBetween(1L, 10L);
            stream.cancel("enough", null);
        }
    }

    @Test
    void shouldBeReadAsIpcByNpmsApacheArrow() throws Exception {
        NodeProgram node = NodeProgram.require("apache-arrow");
        Path file = folder.resolve("epoch.arrows");
        try (FlightStream stream = arrow.getStream(ticket("{}"));
                OutputStream out = Files.newOutputStream(file);
                ArrowStreamWriter writer = new ArrowStreamWriter(stream.getRoot(), null, out)) {
            writer.start();
            while (stream.next()) {
                writer.writeBatch();
            }
            writer.end();
        }
        Path script = Path.of(FlightReadersTest.class.getResource("rows.js").toURI());
        List<String> expected = expected(3).stream()
                .map(line -> line.split(" ", -1))
                .map(words -> words[0] + " 20x24x3 Uint8Array " + words[1])
                .toList();
        assertThat(node.run(script, file)).isEqualTo(expected);
    }
}
