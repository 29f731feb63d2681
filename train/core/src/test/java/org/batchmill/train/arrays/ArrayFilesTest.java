package org.batchmill.train.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrayFilesTest {

    @TempDir
    Path folder;

    private static Map<String, NamedArray> arrays() {
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        arrays.put("conv1/weights", new NamedArray(List.of(2, 1, 1, 3), new float[] {1, -2.5f, 3e-30f, 4, 5, 6}));
        arrays.put("scalar", new NamedArray(List.of(), new float[] {Float.NEGATIVE_INFINITY}));
        arrays.put("empty", new NamedArray(List.of(0, 4), new float[0]));
        float[] large = new float[300_001];
        for (int i = 0; i < large.length; i++) {
            large[i] = i;
        }
        arrays.put("large", new NamedArray(List.of(large.length), large));
        return arrays;
    }

    private Path npz(String header, int version, byte[] data) throws IOException {
        Path file = folder.resolve("a.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            writeNpy(zip, header, version, data);
            zip.closeEntry();
        }
        return file;
    }

    private static void writeNpy(OutputStream out, String header, int version, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer start = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        start.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            start.putShort((short) text.length);
        } else {
            start.putInt(text.length);
        }
        out.write(start.array(), 0, start.position());
        out.write(text);
        out.write(data);
    }

    private static String header(String type, String shape) {
        return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    }

    @Test
    void shouldGiveBackArraysThroughNpz() throws IOException {
        Path file = folder.resolve("w.npz");
        NpzFile.write(file, arrays());
        assertThat(NpzFile.read(file)).usingRecursiveComparison().isEqualTo(arrays());
    }

    @Test
    void shouldGiveBackArraysThroughSafetensors() throws IOException {
        Path file = folder.resolve("w.safetensors");
        SafetensorsFile.write(file, arrays());
        assertThat(SafetensorsFile.read(file)).usingRecursiveComparison().isEqualTo(arrays());
    }

    @Test
    void shouldReadOtherPrecisionsAndByteOrders() throws IOException {
        byte[] doubles = ByteBuffer.allocate(16).putDouble(1.5).putDouble(-2).array();
        assertThat(NpzFile.read(npz(header(">f8", "(2,)"), 2, doubles)).get("a").values())
                .containsExactly(1.5f, -2f);
        // 1, the smallest subnormal, the largest, minus infinity.
        byte[] halves = {0x00, 0x3c, 0x01, 0x00, (byte) 0xff, 0x7b, 0x00, (byte) 0xfc};
        assertThat(NpzFile.read(npz(header("<f2", "(4,)"), 1, halves)).get("a").values())
                .containsExactly(1, 0x1p-24f, 65504, Float.NEGATIVE_INFINITY);
    }

    @Test
    void shouldRefusePickledObjects() throws IOException {
        Path file = npz(header("|O", "(1,)"), 1, new byte[] {(byte) 0x80, 3, 'N', '.'});
        assertThatThrownBy(() -> NpzFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        file + ": a.npy: unsupported: holds values of type |O; only floating-point numbers are read");
    }

    @Test
    void shouldRefuseAHugeHeader() throws IOException {
        Path file = npz(header("<f4", "(1,)") + " ".repeat(10_000), 2, new byte[4]);
        assertThatThrownBy(() -> NpzFile.read(file)).hasMessageContaining("too-large: a header of");
    }

    @Test
    void shouldRefuseWhatTheHeaderDoesNotHold() throws IOException {
        Path few = npz(header("<f4", "(500000000,)"), 1, new byte[8]);
        assertThatThrownBy(() -> NpzFile.read(few)).hasMessageContaining("truncated: ends after 0 of 500000000");
        Path many = npz(header("<f4", "(1,)"), 1, new byte[8]);
        assertThatThrownBy(() -> NpzFile.read(many)).hasMessageContaining("corrupt: holds more than its 1 values");
        Path enormous = npz(header("<f4", "(100000000, 100000000)"), 1, new byte[8]);
        assertThatThrownBy(() -> NpzFile.read(enormous)).hasMessageContaining("too-large");
        Path fortran = npz(header("<f4", "(2,)").replace("False", "True"), 1, new byte[8]);
        assertThatThrownBy(() -> NpzFile.read(fortran)).hasMessageContaining("Fortran order");
    }

    @Test
    void shouldWriteNothingWhateverAnEntryIsCalled() throws IOException {
        Path file = folder.resolve("evil.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("../../x.npy"));
            writeNpy(zip, header("<f4", "(1,)"), 1, new byte[4]);
            zip.closeEntry();
        }
        assertThat(NpzFile.read(file)).containsOnlyKeys("../../x");
        assertThat(folder).isDirectoryNotContaining("glob:**/x.npy");
    }

    private Path safetensors(String json, int dataBytes) throws IOException {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("a.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(8 + text.length + dataBytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(text.length)
                        .put(text)
                        .array());
        return file;
    }

    @Test
    void shouldRefuseSafetensorsThatLie() throws IOException {
        Path huge = folder.resolve("huge.safetensors");
        Files.write(
                huge,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(1L << 62)
                        .array());
        assertThatThrownBy(() -> SafetensorsFile.read(huge)).hasMessageContaining("too-large");
        Path hole = safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8);
        assertThatThrownBy(() -> SafetensorsFile.read(hole)).hasMessageContaining("begins at byte 4, not at 0");
        Path shape = safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8);
        assertThatThrownBy(() -> SafetensorsFile.read(shape)).hasMessageContaining("does not fit bytes 0 to 8");
        Path beyond = safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 8);
        assertThatThrownBy(() -> SafetensorsFile.read(beyond)).hasMessageContaining("truncated");
        Path twice = safetensors(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                4);
        assertThatThrownBy(() -> SafetensorsFile.read(twice)).hasMessageContaining("corrupt");
        Path integers = safetensors("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);
        assertThatThrownBy(() -> SafetensorsFile.read(integers)).hasMessageContaining("unsupported");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | its header is no JSON object",
                "7 | its header is no JSON object",
                "{'a':{'dtype':'F32','data_offsets':[0,4]}} | a: corrupt: the header does not say of which shape it is",
                "{'a':{'dtype':'F32','shape':4,'data_offsets':[0,4]}} | the header does not say of which shape it is",
                "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}} | a: corrupt: a dimension of 1.5",
                "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | a: corrupt: a dimension of -1",
                "{'a':{'dtype':'F64','shape':[1073741824,1073741824,2],'data_offsets':[0,0]}} | more than 2^31 values",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}} | a: corrupt: has no place in the file",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0.5,4.5]}} | a: corrupt: has no place in the file"
            })
    void shouldRefuseSafetensorsWhoseHeaderIsOddlyMade(String json, String reason) throws IOException {
        Path file = safetensors(json.replace('\'', '"'), 4);

        assertThatThrownBy(() -> SafetensorsFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining("corrupt")
                .hasMessageContaining(reason);
    }

    @Test
    void shouldTakePartsByNameAndRefuseWhatDoesNotFit() throws IOException {
        Network network = new Network(
                "two",
                Shape.vector(3),
                List.of(
                        new Layer.Dense("body", 2, true, Initializer.ZEROS, Initializer.ZEROS),
                        new Layer.Dense("head", 1, true, Initializer.ZEROS, Initializer.ZEROS)));
        Map<String, float[]> parameters = Map.of(
                "body/weights",
                new float[6],
                "body/biases",
                new float[2],
                "head/weights",
                new float[2],
                "head/biases",
                new float[] {7});
        assertThat(ParameterArrays.of(network, parameters, "bod*")).containsOnlyKeys("body/weights", "body/biases");
        assertThatThrownBy(() -> ParameterArrays.of(network, parameters, "conv*"))
                .isInstanceOf(UsageException.class);

        Map<String, NamedArray> part = Map.of("head/weights", new NamedArray(List.of(1, 2), new float[] {1, 2}));
        assertThat(ParameterArrays.into(network, parameters, part, "f"))
                .hasSize(4)
                .containsEntry("head/weights", part.get("head/weights").values());
        assertThatThrownBy(() -> ParameterArrays.into(
                        network, parameters, Map.of("head/weights", new NamedArray(List.of(2), new float[2])), "f.npz"))
                .hasMessage("f.npz: unsupported: head/weights is [2], not [1, 2]");
        assertThatThrownBy(() -> ParameterArrays.into(
                        network, parameters, Map.of("neck", new NamedArray(List.of(2), new float[2])), "f.npz"))
                .hasMessage("f.npz: unsupported: \"neck\" is no parameter of two");
    }

    /** numpy.load reads none of these either. */
    @Test
    void shouldRefuseDamagedBytesThatInflateWell() throws IOException {
        Path file = folder.resolve("stored.npz");
        byte[] array = new byte[4];
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(0); // so that a changed bit is no other block
            zip.putNextEntry(new ZipEntry("a.npy"));
            writeNpy(zip, header("<f4", "(1,)"), 1, array);
            zip.closeEntry();
        }
        assertThat(NpzFile.read(file)).containsOnlyKeys("a");
        byte[] bytes = Files.readAllBytes(file);
        int behindHeader = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(", }\n") + 4;
        bytes[behindHeader + 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> NpzFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ": a.npy: corrupt: its bytes have the checksum ");
    }

    @Test
    void shouldSayWhatIsWrongWithAnEntryThatLiesElsewhere() throws IOException {
        Path file = npz(header("<f4", "(1,)"), 1, new byte[4]);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.length - 22;
        int entry = directory.getInt(end + 16);
        directory.putInt(entry + 42, bytes.length + 100); // where the entry begins
        Files.write(file, bytes);
        assertThatThrownBy(() -> NpzFile.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining("corrupt: ")
                .hasMessageNotContaining("null");
    }

    @Test
    void shouldTellAFolderFromAFile() {
        assertThatThrownBy(() -> NpzFile.read(folder))
                .hasMessage(folder + ": unsupported: is a folder, where a file is wanted");
        assertThatThrownBy(() -> SafetensorsFile.read(folder))
                .hasMessage(folder + ": unsupported: is a folder, where a file is wanted");
        Path nothing = folder.resolve("nothing.npz");
        assertThatThrownBy(() -> NpzFile.read(nothing)).hasMessage(nothing + ": missing: there is no such file");
    }

    @Test
    void shouldRefuseSafetensorsWithoutAType() throws IOException {
        byte[] json = "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}".getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        Path file = Files.write(folder.resolve("a.safetensors"), bytes.array());
        assertThatThrownBy(() -> SafetensorsFile.read(file))
                .hasMessage(file + ": a: corrupt: the header does not say of which type its values are");
    }

    @Test
    void shouldNameTheValueThatIsNotFinite() throws IOException {
        ParameterArrays.requireFinite(Map.of("a", new float[] {1, -Float.MAX_VALUE}), "file");
        assertThatThrownBy(() -> ParameterArrays.requireFinite(
                        Map.of("conv1/weights", new float[] {1, Float.NEGATIVE_INFINITY, 2}), "file"))
                .isInstanceOf(DataException.class)
                .hasMessage("file: corrupt: value 1 of the 3 of conv1/weights is -Infinity");
        assertThatThrownBy(() -> ParameterArrays.requireFinite(Map.of("b", new float[] {Float.NaN}), "file"))
                .hasMessage("file: corrupt: value 0 of the 1 of b is NaN");
    }
}
