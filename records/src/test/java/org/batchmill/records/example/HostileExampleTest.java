package org.batchmill.records.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleId;
import org.batchmill.records.protobuf.WireWriter;
import org.junit.jupiter.api.Test;

/** Messages that are small, valid protocol buffers and ask for far more memory or time than they have bytes. */
class HostileExampleTest {

    private static final int LISTS = 200_000;

    @Test
    void shouldMergeManyListsOfOneFeatureWithoutCopyingThemAgainAndAgain() throws IOException {
        ByteBuffer list = Feature.ofInt64s(new long[] {7});
        ByteBuffer feature = repeated(list, LISTS);
        ByteBuffer message = example(Map.of("many", feature));

        long before = allocated();
        Feature found = Example.parse(message, "test").find("many").orElseThrow();
        int count = found.count();
        long copied = allocated() - before;

        assertThat(count).isEqualTo(LISTS);
        assertThat(found.int64s()).hasSize(LISTS).containsOnly(7);
        assertThat(copied).isLessThan(500L * LISTS);
    }

    @Test
    void shouldTakeTheLastTypeWhereOneFeatureHasListsOfSeveral() throws IOException {
        ByteBuffer feature = joined(
                Feature.ofInt64s(new long[] {1}),
                Feature.ofFloats(new float[] {2, 3}),
                Feature.ofInt64s(new long[] {4}),
                Feature.ofInt64s(new long[] {5, 6}));

        Feature found = Example.parse(example(Map.of("mixed", feature)), "test")
                .find("mixed")
                .orElseThrow();

        assertThat(found.type()).isEqualTo(Feature.Type.INT64);
        assertThat(found.count()).isEqualTo(3);
        assertThat(found.int64s()).containsExactly(4, 5, 6);
    }

    @Test
    void shouldNotAllocateALongForEachByteOfAnInt64List() throws IOException {
        byte[] list = new byte[8 << 20];
        for (int i = 0; i < list.length; i++) {
            list[i] = (byte) (i % 10 == 9 ? 1 : 0x80); // numbers of ten bytes each
        }
        ByteBuffer message = example(Map.of("long", packed(Feature.Type.INT64, list)));
        Feature found = Example.parse(message, "test").find("long").orElseThrow();

        long before = allocated();
        assertThatThrownBy(found::int64s).isInstanceOf(DataException.class).hasMessageContaining("feature long");
        assertThat(allocated() - before).isLessThan(list.length * 2L);
    }

    @Test
    void shouldCountLabelsBeforeItTakesThem() throws IOException {
        ByteBuffer message = Example.builder()
                .bytes(SampleKeys.ENCODED, ByteBuffer.wrap(new byte[] {1}))
                .int64s(SampleKeys.CLASS_LABEL, new long[1 << 20])
                .build();

        long before = allocated();
        assertThatThrownBy(() -> new SampleExamples(List.of()).read(message, new SampleId("x"), "test"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("1048576 values, where 1 are needed");
        assertThat(allocated() - before).isLessThan(1 << 20);
    }

    /** Latin-1: two names that differ in an umlaut would have been one class. */
    @Test
    void shouldRefuseANameThatIsNoText() {
        ByteBuffer message = Example.builder()
                .bytes(SampleKeys.ENCODED, ByteBuffer.wrap(new byte[] {1}))
                .bytes(SampleKeys.CLASS_TEXT, ByteBuffer.wrap("gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1)))
                .build();

        assertThatThrownBy(() -> new SampleExamples(List.of()).read(message, new SampleId("x"), "test"))
                .isInstanceOf(DataException.class)
                .hasMessage("test: feature image/class/text: corrupt: value 0 is not text in UTF-8");
    }

    @Test
    void shouldRefuseAClassBelowZero() {
        ByteBuffer message = Example.builder()
                .bytes(SampleKeys.ENCODED, ByteBuffer.wrap(new byte[] {1}))
                .int64s(SampleKeys.CLASS_LABEL, -5)
                .build();

        assertThatThrownBy(() -> new SampleExamples(List.of()).read(message, new SampleId("x"), "test"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the class number -5 is below 0");
    }

    @Test
    void shouldRefuseMoreObjectsThanAImageCanShow() {
        ByteBuffer message = Example.builder()
                .bytes(SampleKeys.ENCODED, ByteBuffer.wrap(new byte[] {1}))
                .floats(SampleKeys.XMIN, new float[100_000])
                .build();

        assertThatThrownBy(() -> new SampleExamples(List.of()).read(message, new SampleId("x"), "test"))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
                .hasMessageContaining("100000 objects");
    }

    @Test
    void shouldRefuseMoreFeaturesThanAnExampleCanHave() {
        Map<String, ByteBuffer> features = new TreeMap<>();
        for (int i = 0; i < 70_000; i++) {
            features.put(Integer.toString(i), ByteBuffer.allocate(0));
        }

        assertThatThrownBy(() -> Example.parse(example(features), "test"))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
                .hasMessageContaining("features");
    }

    @Test
    void shouldRefuseANameThatWouldFillTheErrorLine() {
        assertThatThrownBy(() -> Example.parse(example(Map.of("x".repeat(1 << 20), ByteBuffer.allocate(0))), "test"))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
    }

    @Test
    void shouldRefuseASequenceOfEmptyStepsWithoutEnd() {
        ByteBuffer steps = repeated(ByteBuffer.wrap(new byte[] {10, 0}), 1_100_000);
        FeatureMap lists = new FeatureMap();
        lists.put("steps", steps);
        ByteBuffer message = ByteBuffer.allocate(WireWriter.fieldSize(lists.size()));
        lists.put(message, 2);

        assertThatThrownBy(() -> SequenceExample.parse(message.flip(), "test"))
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
                .hasMessageContaining("feature steps");
    }

    private static ByteBuffer example(Map<String, ByteBuffer> features) {
        FeatureMap map = new FeatureMap();
        features.forEach(map::put);
        ByteBuffer message = ByteBuffer.allocate(WireWriter.fieldSize(map.size()));
        map.put(message, 1);
        return message.flip();
    }

    private static ByteBuffer packed(Feature.Type type, byte[] list) {
        int inner = WireWriter.fieldSize(list.length);
        ByteBuffer message = ByteBuffer.allocate(WireWriter.fieldSize(inner));
        WireWriter.putHeader(message, type.field(), inner);
        WireWriter.putHeader(message, 1, list.length);
        return message.put(list).flip();
    }

    private static ByteBuffer repeated(ByteBuffer message, int times) {
        ByteBuffer all = ByteBuffer.allocate(message.remaining() * times);
        for (int i = 0; i < times; i++) {
            all.put(message.duplicate());
        }
        return all.flip();
    }

    private static ByteBuffer joined(ByteBuffer... messages) {
        ByteBuffer all = ByteBuffer.allocate(1024);
        for (ByteBuffer message : messages) {
            all.put(message);
        }
        return all.flip();
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
