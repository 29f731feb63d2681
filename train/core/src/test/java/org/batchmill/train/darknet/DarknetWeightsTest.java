package org.batchmill.train.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DarknetWeightsTest {

    /** A convolution of 2 filters 1x1 on 1 channel, with batch norm, then a dense layer from 2 to 3. */
    private static final Network SMALL = new Network(
            "small",
            new Shape(1, 1, 1),
            List.of(
                    Layer.Conv2d.square("conv1", 2, 1, 1, Padding.valid(), false),
                    new Layer.BatchNorm("norm1", .99f, 1e-5f, Layer.BatchNorm.Rule.DARKNET),
                    new Layer.Dense("dense1", 3, true, Initializer.HE_NORMAL, Initializer.ZEROS)));

    /** Biases, scales, means, variances, weights of the convolution; biases and weights of the dense layer: 19 floats. */
    private static final float[] STREAM = {
        1, 2, 11, 12, 21, 22, 31, 32, 41, 42, /* biases */ 51, 52, 53, /* weights */ 61, 62, 63, 64, 65, 66
    };

    private static final Map<String, float[]> ROW_MAJOR = Map.of(
            "norm1/beta", new float[] {1, 2},
            "norm1/gamma", new float[] {11, 12},
            "norm1/mean", new float[] {21, 22},
            "norm1/variance", new float[] {31, 32},
            "conv1/weights", new float[] {41, 42},
            "dense1/biases", new float[] {51, 52, 53},
            "dense1/weights", new float[] {61, 62, 63, 64, 65, 66});

    /** [in][out] 61 62 63 | 64 65 66 is [out][in] 61 64 | 62 65 | 63 66. */
    private static final float[] TRANSPOSED = {61, 64, 62, 65, 63, 66};

    @TempDir
    Path folder;

    @Test
    void shouldReadThe2015HeaderAndTransposeDenseWeights() throws IOException {
        Path file = file(header().putFloat(1e-4f).putFloat(.9f).putFloat(5e-4f).putInt(640), STREAM);

        Map<String, float[]> parameters = DarknetWeights.read(file, SMALL);

        assertThat(parameters.get("dense1/weights")).containsExactly(TRANSPOSED);
        assertThat(parameters.get("norm1/variance")).containsExactly(31, 32);
        assertThat(DarknetWeights.read(file, SMALL, (name, values) -> {}))
                .isEqualTo(new DarknetWeights.Info(DarknetHeader.RATES_2015, true, 640));
    }

    /** The reference keeps the kernels of a place together, place by place, behind a bias for each output. */
    @Test
    void shouldReadALocallyConnectedLayerAsTheReferenceWritesIt() throws IOException {
        Network network = new Network(
                "local",
                new Shape(1, 2, 1),
                List.of(Layer.LocallyConnected2d.square("local1", 2, 1, 1, Padding.valid(), true)));
        Path file = file(header().putInt(0).putInt(2).putInt(0).putLong(7), new float[] {1, 2, 3, 4, 11, 12, 21, 22});

        Map<String, float[]> parameters = DarknetWeights.read(file, network);

        assertThat(parameters.get("local1/biases")).containsExactly(1, 2, 3, 4);
        assertThat(parameters.get("local1/weights")).containsExactly(11, 12, 21, 22);
        Path again = folder.resolve("again.weights");
        DarknetWeights.write(again, network, parameters::get, DarknetHeader.VERSION_0_2, 7);
        assertThat(again).hasSameBinaryContentAs(file);
    }

    /** 49 places of 256 kernels of 3 x 3 on 1024 channels, then 12,544 numbers to 7 x 7 x (3 x 5 + 20) ones. */
    @Test
    void shouldCountTheParametersOfYoloWithItsLocallyConnectedLayer() throws IOException {
        Network paper = DarknetConfig.read(Path.of("../../docs/yolo-v1.cfg")).network();
        Network network =
                DarknetConfig.read(Path.of("../../docs/yolo-v1-local.cfg")).network();

        long dense = 50176L * 4096 + 4096 + 4096L * 1470 + 1470;
        long local = 49L * 256 * 9 * 1024 + 12_544 + 12_544L * 1715 + 1715;
        assertThat(WeightStream.floats(WeightStream.of(network)) - WeightStream.floats(WeightStream.of(paper)))
                .isEqualTo(local - dense);
        assertThat(network.output().size()).isEqualTo(1715);
    }

    @Test
    void shouldReadVersion01WithAShortCount() throws IOException {
        Path file = file(header().putInt(0).putInt(1).putInt(0).putInt(Integer.MAX_VALUE), STREAM);

        checkRowMajor(file, new DarknetWeights.Info(DarknetHeader.VERSION_0_1, false, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2, 0, -5, its header counts -5 images seen",
        "0, 2, 0, -9223372036854775808, its header counts -9223372036854775808 images seen",
        "0, 1, 0, 4294967291, its header counts -5 images seen",
        "953267991, 1063675494, 973279855, 4294967291, its header counts -5 images seen",
        "-1, 2, 0, 7, 'the first word of its header is -1, neither a version nor the bits of a rate'",
        "0, -3, 0, 7, the second word of its header is -3",
        "0, 2, -2147483648, 7, the third word of its header is -2147483648"
    })
    void shouldRefuseNegativeWords(int major, int minor, int revision, long seen, String reason) throws IOException {
        Path file = file(header().putInt(major).putInt(minor).putInt(revision).putLong(seen), STREAM);

        assertThatThrownBy(() -> DarknetWeights.read(file, SMALL))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.CORRUPT))
                .hasMessageContaining("a.weights: corrupt: " + reason);
        assertThat(DarknetWeights.fits(file, SMALL)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 19})
    void shouldSayThatAHeaderIsCut(int length) throws IOException {
        byte[] whole =
                Files.readAllBytes(file(header().putInt(0).putInt(2).putInt(0).putLong(7), STREAM));
        Path file = Files.write(folder.resolve("cut.weights"), Arrays.copyOf(whole, length));

        assertThatThrownBy(() -> DarknetWeights.readStart(file, SMALL, (name, values) -> {}))
                .hasMessageContaining("cut.weights: truncated: has " + length + " bytes, less than a header");
    }

    @Test
    void shouldReadVersion02WithALongCount() throws IOException {
        Path file = file(header().putInt(0).putInt(2).putInt(0).putLong(1L << 40), STREAM);

        checkRowMajor(file, new DarknetWeights.Info(DarknetHeader.VERSION_0_2, false, 1L << 40));
    }

    @Test
    void shouldTransposeVersionsAbove1000() throws IOException {
        Path file = file(header().putInt(0).putInt(1001).putInt(0).putInt(3), STREAM);

        assertThat(DarknetWeights.read(file, SMALL).get("dense1/weights")).containsExactly(TRANSPOSED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteWhatItReads(DarknetHeader header) throws IOException {
        Path file = folder.resolve("out.weights");

        DarknetWeights.write(file, SMALL, ROW_MAJOR::get, header, 7);

        assertThat(DarknetWeights.read(file, SMALL))
                .allSatisfy((name, values) -> assertThat(values).containsExactly(ROW_MAJOR.get(name)));
        assertThat(DarknetWeights.read(file, SMALL, (name, values) -> {}).seen())
                .isEqualTo(7);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 18, 20, 40, 91, 92, 95})
    void shouldRefuseAFileThatIsCut(int length) throws IOException {
        byte[] whole =
                Files.readAllBytes(file(header().putInt(0).putInt(2).putInt(0).putLong(7), STREAM));
        Path file = folder.resolve("cut.weights");
        Files.write(file, Arrays.copyOf(whole, length));

        assertThatThrownBy(() -> DarknetWeights.read(file, SMALL))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.TRUNCATED))
                .hasMessageContaining("cut.weights");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 400})
    void shouldRefuseAFileThatIsTooLong(int more) throws IOException {
        byte[] whole = Files.readAllBytes(
                file(header().putFloat(1e-4f).putFloat(.9f).putFloat(5e-4f).putInt(640), STREAM));
        Path file = folder.resolve("long.weights");
        Files.write(file, Arrays.copyOf(whole, whole.length + more));

        assertThatThrownBy(() -> DarknetWeights.read(file, SMALL))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(DataException.Kind.CORRUPT))
                .hasMessageContaining("too long or of another network");
    }

    @Test
    void shouldSayWhichNetworkAFileDoesNotFit() throws IOException {
        Path file = file(header().putInt(0).putInt(2).putInt(0).putLong(7), STREAM);
        Network tiny = Models.byName("yolo-v1-tiny", ModelOptions.classes(20));

        assertThatThrownBy(() -> DarknetWeights.read(file, tiny))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("45089374 parameters")
                .hasMessageContaining("another network");
    }

    @Test
    void shouldRefuseNetworksThatTheFormatHasNoPlaceFor() {
        Network network = Models.byName("pilotnet-lstm", ModelOptions.classes(1));

        assertThatThrownBy(() -> DarknetWeights.read(folder.resolve("none"), network))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("pilotnet-lstm");
    }

    @Test
    void shouldRefuseToCountMoreImagesThanTheHeaderHolds() throws IOException {
        Path file = folder.resolve("out.weights");
        long seen = 1L + Integer.MAX_VALUE;

        DarknetWeights.write(file, SMALL, ROW_MAJOR::get, DarknetHeader.VERSION_0_2, seen);

        assertThat(DarknetWeights.read(file, SMALL, (name, values) -> {}).seen())
                .isEqualTo(seen);
        assertThatThrownBy(() -> DarknetWeights.write(file, SMALL, ROW_MAJOR::get, DarknetHeader.VERSION_0_1, seen))
                .isInstanceOf(UsageException.class)
                .hasMessage("this header counts 2147483647 images seen at most, not 2147483648: "
                        + "that of version 0.2 counts on");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeTheLayersThatAreThere(DarknetHeader header) throws IOException {
        Path whole = folder.resolve("whole.weights");
        DarknetWeights.write(whole, SMALL, ROW_MAJOR::get, header, 7);
        Path backbone = folder.resolve("first.conv.weights");
        Files.write(backbone, Arrays.copyOf(Files.readAllBytes(whole), header.bytes() + 10 * Float.BYTES));
        Map<String, float[]> parameters = new HashMap<>();

        DarknetWeights.Start start = DarknetWeights.readStart(backbone, SMALL, parameters::put);

        assertThat(start.layers()).containsExactly("conv1");
        assertThat(start.otherOutputs()).isZero();
        assertThat(start.info().header()).isEqualTo(header);
        assertThat(start.info().seen()).isEqualTo(7);
        assertThat(parameters).hasSize(5).allSatisfy((name, values) -> assertThat(values)
                .containsExactly(ROW_MAJOR.get(name)));
        assertThat(DarknetWeights.readStart(whole, SMALL, parameters::put).layers())
                .containsExactly("conv1", "dense1");
        assertThat(parameters.get("dense1/weights")).containsExactly(ROW_MAJOR.get("dense1/weights"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 20})
    void shouldLeaveALastLayerForOtherClasses(int outputs) throws IOException {
        float[] stream = Arrays.copyOf(STREAM, 10 + 3 * outputs);
        Path file = file(header().putInt(0).putInt(2).putInt(0).putLong(7), stream);
        Map<String, float[]> parameters = new HashMap<>();

        DarknetWeights.Start start = DarknetWeights.readStart(file, SMALL, parameters::put);

        assertThat(start.layers()).containsExactly("conv1");
        assertThat(start.otherOutputs()).isEqualTo(outputs);
        assertThat(parameters).hasSize(5);
        assertThat(DarknetWeights.fits(file, SMALL)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, TRUNCATED, holds no",
        "9, TRUNCATED, 'its 9 numbers end inside conv1 of small, with 9 of 10'",
        "11, TRUNCATED, 'its 11 numbers end inside dense1 of small, with 1 of 9'",
        "20, CORRUPT, 'its 20 numbers go on behind dense1, the last layer of small, with 10 in place of 9'"
    })
    void shouldRefuseAFileThatEndsInsideALayer(int floats, DataException.Kind kind, String reason) throws IOException {
        Path file = file(header().putInt(0).putInt(2).putInt(0).putLong(7), Arrays.copyOf(STREAM, floats));

        assertThatThrownBy(() -> DarknetWeights.readStart(file, SMALL, (name, values) -> {}))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining("a.weights")
                .hasMessageContaining(reason);
        assertThat(DarknetWeights.fits(file, SMALL)).isFalse();
    }

    @Test
    void shouldRefuseAFileThatEndsInsideANumber() throws IOException {
        byte[] whole =
                Files.readAllBytes(file(header().putInt(0).putInt(2).putInt(0).putLong(7), STREAM));
        Path file = Files.write(folder.resolve("cut.weights"), Arrays.copyOf(whole, whole.length - 1));

        assertThatThrownBy(() -> DarknetWeights.readStart(file, SMALL, (name, values) -> {}))
                .hasMessageContaining("cut.weights: truncated: ends inside a number");
    }

    /** What docs/yolo.md hands out for the backbone of the paper's network: its first 20 convolutions. */
    @Test
    void shouldTakeTheBackboneOfThePapersNetwork() throws IOException {
        Network network = DarknetConfig.read(Path.of("../../docs/yolo-v1.cfg")).network();
        List<WeightStream.Entry> stream = WeightStream.of(network);
        List<WeightStream.Entry> first = stream.stream()
                .filter(entry -> entry.layer().matches("conv([1-9]|1[0-9]|20)"))
                .toList();
        long bytes = WeightStream.floats(first) * Float.BYTES;

        StoredLayers stored = StoredLayers.of(Path.of("extraction.conv.weights"), network.name(), stream, bytes);

        assertThat(stored.layers()).hasSize(20).startsWith("conv1").endsWith("conv20");
        assertThat(first.get(first.size() - 1).parameter().dimensions()).containsExactly(1024, 512, 3, 3);
        assertThat(network.output().size()).isEqualTo(1470);
    }

    private void checkRowMajor(Path file, DarknetWeights.Info info) throws IOException {
        assertThat(DarknetWeights.read(file, SMALL))
                .allSatisfy((name, values) -> assertThat(values).containsExactly(ROW_MAJOR.get(name)));
        assertThat(DarknetWeights.read(file, SMALL, (name, values) -> {})).isEqualTo(info);
    }

    private static ByteBuffer header() {
        return ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Path file(ByteBuffer header, float[] stream) throws IOException {
        header.flip();
        ByteBuffer bytes = ByteBuffer.allocate(header.remaining() + stream.length * 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header);
        bytes.asFloatBuffer().put(stream);
        Path file = folder.resolve("a.weights");
        Files.write(file, bytes.array());
        return file;
    }

    @Test
    void shouldCarryTheTinyNetworksRecordedStreamThroughEveryHeader() throws IOException {
        Network tiny = Models.byName("yolo-v1-tiny", ModelOptions.classes(20));
        Path file = folder.resolve("tiny.weights");
        RecordedStream recorded = RecordedStream.load();
        recorded.write2015File(file);

        Map<String, float[]> parameters = DarknetWeights.read(file, tiny);

        recorded.tensors().forEach(tensor -> {
            float[] values = tensor.inStreamOrder(parameters.get(tensor.name()));
            assertThat(Arrays.copyOf(values, 4)).as(tensor.name()).containsExactly(tensor.first());
            assertThat(values[values.length - 1]).as(tensor.name()).isEqualTo(tensor.last());
            double sum = 0;
            double squares = 0;
            for (float value : values) {
                sum += value;
                squares += (double) value * value;
            }
            assertThat(Math.sqrt(squares)).as(tensor.name()).isCloseTo(tensor.l2(), within(1e-9 * tensor.l2()));
            assertThat(sum / values.length).as(tensor.name()).isCloseTo(tensor.mean(), within(1e-12));
        });
        for (DarknetHeader header : DarknetHeader.values()) {
            Path other = folder.resolve("again.weights");
            DarknetWeights.write(other, tiny, parameters::get, header, 0);
            if (header == DarknetHeader.RATES_2015) {
                assertThat(Files.mismatch(file, other)).isEqualTo(-1);
            }
            DarknetWeights.read(other, tiny, (name, values) -> assertThat(Arrays.equals(values, parameters.get(name)))
                    .as(name)
                    .isTrue());
        }
    }
}
