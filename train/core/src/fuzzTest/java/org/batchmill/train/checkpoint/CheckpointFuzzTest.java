package org.batchmill.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints whose checksums hold and whose header says anything at all: a checkpoint, or a data error. Damage that the checksums
 * find is tested elsewhere.
 */
class CheckpointFuzzTest {

    private static final String NETWORK =
            "\"network\":{\"name\":\"line\",\"input\":{\"channels\":1,\"height\":1,\"width\":1},\"timeSteps\":1,\"layers\":["
                    + "{\"type\":\"Dense\",\"name\":\"y\",\"units\":1,\"bias\":true,"
                    + "\"weightInitializer\":{\"type\":\"Constant\",\"value\":0},"
                    + "\"biasInitializer\":{\"type\":\"Constant\",\"value\":0}}]}";
    private static final String REST =
            ",\"optimizer\":\"Sgd\",\"progress\":{\"step\":1,\"samples\":2,\"seed\":3,\"data\":\"\","
                    + "\"states\":{},\"scores\":{\"loss\":\"0.5\"}},\"task\":{\"kind\":\"fit\",\"classes\":[],\"facts\":{}},";

    @TempDir
    private Path folder;

    private static String header(int weights, int biases) {
        int crc = crc(new byte[4]);
        return "{" + NETWORK + REST + "\"arrays\":[[\"PARAMETER\",\"y/weights\",\"\"," + weights + "," + crc
                + "],[\"PARAMETER\",\"y/biases\",\"\"," + biases + "," + crc + "]]}";
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** A file around a header, with eight bytes of arrays. */
    private void read(byte[] header) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(28 + header.length + 4 + 8).order(ByteOrder.LITTLE_ENDIAN);
        file.put(CheckpointFile.preamble(CheckpointFile.VERSION, header.length, file.capacity()));
        file.put(header).putInt(crc(header));
        CheckpointFile.read(Files.write(folder.resolve("fuzz.ckpt"), file.array()));
    }

    private void read(String header) throws IOException {
        read(header.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadTheHeaderThatTheOthersAreMadeOf() throws IOException {
        read(header(1, 1));
    }

    @Test
    void shouldRefuseCountsThatAddUpOnlyBecauseOneIsNegative() {
        assertThatThrownBy(() -> read(header(-100, 102)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("y/weights claims -100 numbers");
        assertThatThrownBy(() -> read(header(2_147_483_640, -2_147_483_638)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("y/weights claims 2147483640 numbers");
    }

    @Test
    void shouldRefuseParametersThatAreNotThoseOfTheNetwork() {
        assertThatThrownBy(() -> read(header(2, 0)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("y/weights needs 1 numbers, the file holds 2");
        assertThatThrownBy(() -> read(header(1, 1).replace("\"units\":1", "\"units\":2147483647")))
                .isInstanceOf(DataException.class);
    }

    @Test
    void shouldReadOrRefuseDamagedHeaders() {
        fuzz().inputs(300, this, this::read);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedHeaders() {
        fuzz().seconds(Fuzz.seconds(), this, this::read);
    }

    private static Fuzz fuzz() {
        return Fuzz.of(
                        DataException.class,
                        "checkpoint-header",
                        List.of(
                                header(1, 1).getBytes(StandardCharsets.UTF_8),
                                header(-100, 102).getBytes(StandardCharsets.UTF_8)))
                .words(
                        "[",
                        "{\"a\":",
                        "{\"type\":\"Residual\",\"name\":\"r\",\"body\":[",
                        "\"Dense\"",
                        "\"Add\"",
                        "\"Concat\"",
                        "\"Upsample\"",
                        ",\"inputs\":[\"conv2\",\"block1\"]",
                        "\"Lstm\"",
                        "\"Conv2d\"",
                        "2147483647",
                        "-1",
                        "1e99",
                        "null",
                        "\"SLOT\"",
                        "\"AVERAGE\"",
                        "NaN",
                        "\"units\":",
                        ",");
    }
}
