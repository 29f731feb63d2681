package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.example.Example;
import org.batchmill.records.example.Features;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.example.SequenceExample;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.op.data.AnonymousIterator;
import org.tensorflow.op.data.DatasetToTfRecord;
import org.tensorflow.op.data.IteratorGetNext;
import org.tensorflow.op.data.MakeIterator;
import org.tensorflow.op.data.TensorSliceDataset;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FeatureList;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** TensorFlow's own reader, writer and messages against ours, both ways. */
class TensorFlowRecordsTest {

    private static final List<byte[]> RECORDS =
            List.of("first".getBytes(StandardCharsets.UTF_8), new byte[0], new byte[300_000], new byte[] {0, -1, 10});

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldBeReadByTensorFlow(Compression compression) throws IOException {
        Path file = folder.resolve("ours");
        boolean plain = compression == Compression.NONE;
        try (TfRecordWriter writer = TfRecordWriter.create(file, new WriteOptions(compression, plain))) {
            for (byte[] record : RECORDS) {
                writer.write(record);
            }
            writer.finish();
        }
        assertThat(readWithTensorFlow(file, compression)).containsExactlyElementsOf(RECORDS);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReadWhatTensorFlowWrote(Compression compression) throws IOException {
        Path file = folder.resolve("theirs");
        writeWithTensorFlow(file, compression);
        List<byte[]> read = new ArrayList<>();
        try (TfRecordReader reader = TfRecordReader.open(file)) {
            assertThat(reader.compression()).isEqualTo(compression);
            for (ByteBuffer record = reader.next(); record != null; record = reader.next()) {
                byte[] bytes = new byte[record.remaining()];
                record.get(bytes);
                read.add(bytes);
            }
        }
        assertThat(read).containsExactlyElementsOf(RECORDS);
    }

    @Test
    void shouldWriteExamplesThatTensorFlowsMessagesRead() throws IOException {
        Sample sample = new Sample(
                new SampleId("a/b.png"),
                new Content.RawImage(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1, 1, 3),
                new Labels.Boxes(List.of(new Box("dog", 0, 0.25f, 0.5f, 1, true, false), new Box("cat", 0, 0, 1, 1))));
        org.tensorflow.proto.Example theirs =
                org.tensorflow.proto.Example.parseFrom(new SampleExamples(List.of("cat", "dog")).write(sample));
        var features = theirs.getFeatures().getFeatureMap();
        assertThat(features.get("image/object/bbox/ymin").getFloatList().getValueList())
                .containsExactly(0.25f, 0f);
        assertThat(features.get("image/object/class/label").getInt64List().getValueList())
                .containsExactly(2L, 1L);
        assertThat(features.get("image/object/difficult").getInt64List().getValueList())
                .containsExactly(1L, 0L);
        assertThat(features.get("image/source_id").getBytesList().getValue(0).toStringUtf8())
                .isEqualTo("a/b.png");
    }

    @Test
    void shouldReadExamplesThatTensorFlowsMessagesWrote() throws IOException {
        Feature numbers = Feature.newBuilder()
                .setInt64List(Int64List.newBuilder().addValue(-1).addValue(Long.MAX_VALUE))
                .build();
        byte[] message = org.tensorflow.proto.Example.newBuilder()
                .setFeatures(org.tensorflow.proto.Features.newBuilder()
                        .putFeature("numbers", numbers)
                        .putFeature("floats", floats(1.5f, Float.NEGATIVE_INFINITY))
                        .putFeature("bytes", bytes("x", "")))
                .build()
                .toByteArray();
        Features ours = Example.parse(ByteBuffer.wrap(message), "message");
        assertThat(ours.find("numbers").orElseThrow().int64s()).containsExactly(-1, Long.MAX_VALUE);
        assertThat(ours.find("floats").orElseThrow().floats()).containsExactly(1.5f, Float.NEGATIVE_INFINITY);
        assertThat(ours.find("bytes").orElseThrow().texts()).containsExactly("x", "");
    }

    @Test
    void shouldAgreeOnSequenceExamplesBothWays() throws IOException {
        ByteBuffer ours = SequenceExample.builder()
                .contextInt64s("length", 2)
                .floats("angles", List.of(new float[] {0.5f}, new float[] {-1, 1}))
                .bytes("frames", List.of(List.of(ByteBuffer.wrap(new byte[] {7})), List.of()))
                .build();
        org.tensorflow.proto.SequenceExample theirs = org.tensorflow.proto.SequenceExample.parseFrom(ours.duplicate());
        FeatureList angles = theirs.getFeatureLists().getFeatureListMap().get("angles");
        assertThat(angles.getFeature(1).getFloatList().getValueList()).containsExactly(-1f, 1f);
        assertThat(theirs.getContext()
                        .getFeatureMap()
                        .get("length")
                        .getInt64List()
                        .getValue(0))
                .isEqualTo(2);
        SequenceExample back = SequenceExample.parse(ByteBuffer.wrap(theirs.toByteArray()), "back");
        assertThat(back.context().int64("length")).hasValue(2);
        assertThat(back.featureLists().get("angles").get(0).floats()).containsExactly(0.5f);
        assertThat(back.featureLists().get("frames").get(0).bytes()).containsExactly(ByteBuffer.wrap(new byte[] {7}));
    }

    private static Feature floats(float... values) {
        FloatList.Builder list = FloatList.newBuilder();
        for (float value : values) {
            list.addValue(value);
        }
        return Feature.newBuilder().setFloatList(list).build();
    }

    private static Feature bytes(String... values) {
        BytesList.Builder list = BytesList.newBuilder();
        for (String value : values) {
            list.addValue(ByteString.copyFromUtf8(value));
        }
        return Feature.newBuilder().setBytesList(list).build();
    }

    private static String name(Compression compression) {
        return compression == Compression.NONE ? "" : compression.name();
    }

    private static List<byte[]> readWithTensorFlow(Path file, Compression compression) {
        List<byte[]> read = new ArrayList<>();
        List<Class<? extends TType>> types = List.of(TString.class);
        List<Shape> shapes = List.of(Shape.scalar());
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            Scope scope = tf.scope();
            // The second version of this operation, which the typed interface builds, cannot be iterated.
            Operand<TType> data = scope.opBuilder("TFRecordDataset", "records")
                    .addInput(tf.array(file.toString()).asOutput())
                    .addInput(tf.constant(name(compression)).asOutput())
                    .addInput(tf.constant(0L).asOutput())
                    .build()
                    .output(0);
            AnonymousIterator iterator = AnonymousIterator.create(scope, types, shapes);
            MakeIterator.create(scope, data, iterator);
            while (true) {
                Operand<TType> next = IteratorGetNext.create(scope, iterator, types, shapes)
                        .iterator()
                        .next();
                read.add(((TString) next.asTensor()).asBytes().getObject());
            }
        } catch (TFOutOfRangeException e) {
            return read;
        }
    }

    private static void writeWithTensorFlow(Path file, Compression compression) {
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            TString records = TString.tensorOfBytes(NdArrays.vectorOfObjects(RECORDS.toArray(byte[][]::new)));
            Iterable<Operand<?>> components = List.of(tf.constantOf(records));
            TensorSliceDataset data = TensorSliceDataset.create(tf.scope(), components, List.of(Shape.scalar()));
            DatasetToTfRecord.create(tf.scope(), data, tf.constant(file.toString()), tf.constant(name(compression)));
        }
    }
}
