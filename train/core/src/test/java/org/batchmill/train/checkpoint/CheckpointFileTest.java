package org.batchmill.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.TaskDescription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFileTest {

    @TempDir
    Path folder;

    private Path file;
    private byte[] bytes;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("a.ckpt");
        CheckpointFile.write(file, TestCheckpoints.of(7));
        bytes = Files.readAllBytes(file);
    }

    private DataException.Kind kindOf(byte[] damaged) throws IOException {
        Path path = folder.resolve("damaged.ckpt");
        Files.write(path, damaged);
        DataException e = catchThrowableOfType(DataException.class, () -> CheckpointFile.read(path));
        assertThat(e).as("an error").isNotNull();
        assertThat(e.getMessage()).startsWith(path + ": ").doesNotContain("\n");
        return e.kind();
    }

    @Test
    void shouldGiveBackWhatItTook() throws IOException {
        Checkpoint written = TestCheckpoints.of(7);
        Checkpoint read = CheckpointFile.read(file);
        assertThat(read.network()).isEqualTo(written.network());
        assertThat(read.optimizer()).isEqualTo(written.optimizer());
        assertThat(read.progress()).isEqualTo(written.progress());
        assertThat(read.task()).isEqualTo(written.task());
        assertThat(read.parameters()).usingRecursiveComparison().isEqualTo(written.parameters());
        assertThat(read.average()).usingRecursiveComparison().isEqualTo(written.average());
        assertThat(read.slots()).usingRecursiveComparison().isEqualTo(written.slots());
        assertThat(read.parameters().keySet())
                .containsExactlyElementsOf(written.parameters().keySet());
    }

    @Test
    void shouldCallAFileThatEndsTooEarlyTruncatedWhereverItEnds() throws IOException {
        for (int length = 0; length < bytes.length; length += length < 64 ? 1 : 97) {
            assertThat(kindOf(Arrays.copyOf(bytes, length)))
                    .as("cut at %d", length)
                    .isEqualTo(DataException.Kind.TRUNCATED);
        }
        assertThat(kindOf(Arrays.copyOf(bytes, bytes.length - 1))).isEqualTo(DataException.Kind.TRUNCATED);
    }

    @Test
    void shouldCallEveryFlippedBitCorrupt() throws IOException {
        for (int at = 0; at < bytes.length; at += at < 64 ? 1 : 53) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << (at % 8));
            assertThat(kindOf(damaged)).as("byte %d", at).isEqualTo(DataException.Kind.CORRUPT);
        }
        assertThat(kindOf(Arrays.copyOf(bytes, bytes.length + 1))).isEqualTo(DataException.Kind.CORRUPT);
    }

    @Test
    void shouldNameTheArrayThatIsDamaged() throws IOException {
        byte[] damaged = bytes.clone();
        damaged[bytes.length - 1] ^= 1;
        Path path = folder.resolve("damaged.ckpt");
        Files.write(path, damaged);
        assertThatThrownBy(() -> CheckpointFile.read(path))
                .hasMessageMatching(".*out/biases \\(average\\) at byte \\d+ is damaged");
    }

    @Test
    void shouldSayThatAFileIsFromANewerVersion() throws IOException {
        byte[] newer = bytes.clone();
        ByteBuffer start = CheckpointFile.preamble(
                CheckpointFile.VERSION + 1,
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(12),
                bytes.length);
        start.get(newer, 0, start.remaining());
        assertThat(kindOf(newer)).isEqualTo(DataException.Kind.UNSUPPORTED);
        assertThatThrownBy(() -> CheckpointFile.read(folder.resolve("damaged.ckpt")))
                .hasMessageContaining("version 2 was written by a newer Batchmill, this one reads up to 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void shouldRefuseVersionsBeforeTheFirst(int version) throws IOException {
        byte[] older = bytes.clone();
        ByteBuffer start = CheckpointFile.preamble(
                version, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(12), bytes.length);
        start.get(older, 0, start.remaining());

        assertThatThrownBy(() -> CheckpointFile.read(older, "old.ckpt"))
                .isInstanceOf(DataException.class)
                .hasMessage("old.ckpt: corrupt: version " + version + " was never written");
    }

    @Test
    void shouldSayWhereAnotherModelDiffers() throws IOException {
        Checkpoint read = CheckpointFile.read(file);
        read.requireModel(TestCheckpoints.network(2), "a.ckpt");
        assertThatThrownBy(() -> read.requireModel(TestCheckpoints.network(3), "a.ckpt"))
                .isInstanceOf(UsageException.class)
                .hasMessage("a.ckpt: holds another model: everything: layer 15 out has units 2, not 3");
        Map<String, List<String>> inputs = new HashMap<>(read.network().inputs());
        inputs.remove("out");
        Network shorter = new Network(
                "everything", read.network().input(), 1, read.network().layers().subList(0, 14), inputs);
        assertThatThrownBy(() -> read.requireModel(shorter, "a.ckpt")).hasMessageEndingWith("not missing");
    }

    /** In this order whatever the JVM's salt for the order of maps is, so that two runs can be compared by their files. */
    @Test
    void shouldWriteStatesAndFactsByName() throws IOException {
        Checkpoint some = TestCheckpoints.of(7);
        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        Map<String, String> values = new HashMap<>();
        names.forEach(name -> values.put(name, "of " + name));
        Checkpoint.Progress progress = some.progress();
        CheckpointHeader header = new CheckpointHeader(
                some.network(),
                some.optimizer(),
                new Checkpoint.Progress(7, 7, 7, "", values, progress.scores()),
                new TaskDescription("digits", List.of(), values),
                List.of());

        JsonNode root = new ObjectMapper().readTree(header.toBytes());

        assertThat(root.at("/progress/states").fieldNames()).toIterable().containsExactlyElementsOf(names);
        assertThat(root.at("/task/facts").fieldNames()).toIterable().containsExactlyElementsOf(names);
    }

    @Test
    void shouldSayThatThereIsNone() {
        assertThatThrownBy(() -> CheckpointFile.read(folder.resolve("none.ckpt")))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("none.ckpt: missing: there is no such file");
    }

    @Test
    void shouldRefuseANetworkWhoseDescriptionMakesNoSense() {
        var json = NetworkJson.write(TestCheckpoints.network(2));
        ((ObjectNode) json.path("layers").get(1)).put("type", "Runtime");
        assertThatThrownBy(() -> NetworkJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network.layers[1]: no Layer is called \"Runtime\"");
        ((ObjectNode) json.path("layers").get(1))
                .put("type", Layer.Conv2d.class.getSimpleName())
                .remove("filters");
        assertThatThrownBy(() -> NetworkJson.read(json)).hasMessage("network.layers[1]: lacks filters");
    }
}
