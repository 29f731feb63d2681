package org.batchmill.train.arrays;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of arrays of any content: arrays, or a data error that names the file; never more memory than the file's size allows. */
class ArrayFilesFuzzTest {

    private static final Map<String, NamedArray> ARRAYS = Map.of(
            "conv1/weights", new NamedArray(List.of(2, 3), new float[6]), "b", new NamedArray(List.of(), new float[1]));

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseAnNpzThatInflatesToGigabytes() throws IOException {
        Path bomb = folder.resolve("bomb.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (67108864,), }";
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
            zip.write(header.getBytes(StandardCharsets.US_ASCII));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                zip.write(zeros);
            }
        }
        assertThatThrownBy(() -> NpzFile.read(bomb))
                .isInstanceOf(DataException.class)
                .hasMessage(bomb + ": a.npy: too-large: the archive inflates to more than 256 times its size");
    }

    @Test
    void shouldRefuseAShapeWithoutCommas() {
        byte[] npy = npy("(1 2,)");
        assertThatThrownBy(() -> NpyFile.read(new ByteArrayInputStream(npy), "a"))
                .isInstanceOf(DataException.class)
                .hasMessage("a: corrupt: a dimension of \"1 2\"");
    }

    @Test
    void shouldRefuseASafetensorsShapeThatIsRightOnlyByOverflow() throws IOException {
        String json =
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647,4],\"data_offsets\":[0,0]}}";
        Path file = Files.write(folder.resolve("a.safetensors"), safetensors(json, 0));
        assertThatThrownBy(() -> SafetensorsFile.read(file)).isInstanceOf(DataException.class);
    }

    private static byte[] safetensors(String json, int dataBytes) {
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static byte[] npy(String shape) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0});
        bytes.writeBytes(text);
        bytes.writeBytes(new byte[24]);
        return bytes.toByteArray();
    }

    private static void parseNpy(byte[] input) throws IOException {
        NpyFile.read(new ByteArrayInputStream(input), "fuzz");
    }

    private void parseNpz(byte[] input) throws IOException {
        NpzFile.read(Files.write(folder.resolve("fuzz.npz"), input));
    }

    private void parseSafetensors(byte[] input) throws IOException {
        SafetensorsFile.read(Files.write(folder.resolve("fuzz.safetensors"), input));
    }

    private static Fuzz npyFuzz() {
        return Fuzz.of(DataException.class, "npy", List.of(npy("(2, 3)"), npy("(1 2,)"), npy("()")))
                .words("(1 2,)", "1,", " ", "999999999,", "'<f8'", "'>f2'", "'|O'", "True", "'shape': (", "'descr'");
    }

    private Fuzz npzFuzz() throws IOException {
        Path file = folder.resolve("seed.npz");
        NpzFile.write(file, ARRAYS);
        return Fuzz.of(DataException.class, "npz", List.of(Files.readAllBytes(file)));
    }

    private Fuzz safetensorsFuzz() throws IOException {
        Path file = folder.resolve("seed.safetensors");
        SafetensorsFile.write(file, ARRAYS);
        return Fuzz.of(DataException.class, "safetensors", List.of(Files.readAllBytes(file)))
                .words("[", "{\"a\":", "2147483647,", "0,", "-1", "1e99", "\"F16\"", "9223372036854775807", "null");
    }

    private void parseTorch(byte[] input) throws IOException {
        try (TorchFile torch = TorchFile.open(Files.write(folder.resolve("fuzz.pt"), input))) {
            for (Map.Entry<String, TorchFile.Array> array : torch.arrays().entrySet()) {
                if (array.getValue().floating()) {
                    torch.read(array.getKey());
                }
            }
        }
    }

    /** Damage to a pickle itself, which the checksum of a compressed entry would hide. */
    private static void parsePickle(byte[] input) throws IOException {
        new PickleReader(ByteBuffer.wrap(input), "fuzz").read();
    }

    private static Fuzz torchFuzz() throws IOException {
        return Fuzz.of(
                        DataException.class,
                        "torch",
                        TorchBytes.real("small.pt", "small-legacy.pt", "checkpoint.pt", "whole.pt"))
                .words("ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "cos\nsystem\n", "storage", "R", "Q", "(", "t");
    }

    /** From the pickle of the state dict on: protocol 2 and the first name. */
    private static byte[] stateDict(byte[] file) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf("\u0080\u0002c");
        return Arrays.copyOfRange(file, at, file.length);
    }

    private static Fuzz pickleFuzz() throws IOException {
        return Fuzz.of(
                        DataException.class,
                        "pickle",
                        List.of(
                                stateDict(TorchBytes.real("small.pt").get(0)),
                                stateDict(TorchBytes.real("small-legacy.pt").get(0)),
                                stateDict(TorchBytes.real("whole.pt").get(0))))
                .words("ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nLongStorage\n", "]", "}", "(", "a", "e", "u", "q", "h", ".");
    }

    @Test
    void shouldReadOrRefuseDamagedTorchFiles() throws IOException {
        torchFuzz().inputs(400, this, this::parseTorch);
        pickleFuzz().inputs(1000, this, ArrayFilesFuzzTest::parsePickle);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedTorchFiles() throws IOException {
        torchFuzz().seconds(Fuzz.seconds(), this, this::parseTorch);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedPickles() throws IOException {
        pickleFuzz().seconds(Fuzz.seconds(), this, ArrayFilesFuzzTest::parsePickle);
    }

    @Test
    void shouldReadOrRefuseDamagedArrays() throws IOException {
        npyFuzz().inputs(1000, this, ArrayFilesFuzzTest::parseNpy);
        npzFuzz().inputs(300, this, this::parseNpz);
        safetensorsFuzz().inputs(300, this, this::parseSafetensors);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedNpyArrays() throws IOException {
        npyFuzz().seconds(Fuzz.seconds(), this, ArrayFilesFuzzTest::parseNpy);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedNpzArchives() throws IOException {
        npzFuzz().seconds(Fuzz.seconds(), this, this::parseNpz);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedSafetensors() throws IOException {
        safetensorsFuzz().seconds(Fuzz.seconds(), this, this::parseSafetensors);
    }
}
