package org.batchmill.benchmarks.records;

import java.nio.file.Path;
import java.util.List;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.op.data.AnonymousIterator;
import org.tensorflow.op.data.IteratorGetNext;
import org.tensorflow.op.data.MakeIterator;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Reads a record file with TensorFlow's data set; the records stay in its memory. */
final class TensorFlowReading {

    /** What its Python interface uses. */
    private static final long BUFFER_BYTES = 256 << 10;

    private TensorFlowReading() {}

    static long read(Path file) {
        List<Class<? extends TType>> types = List.of(TString.class);
        List<Shape> shapes = List.of(Shape.scalar());
        long bytes = 0;
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            Scope scope = tf.scope();
            // The second version of this operation, which the typed interface builds, cannot be iterated.
            Operand<TType> data = scope.opBuilder("TFRecordDataset", "records")
                    .addInput(tf.array(file.toString()).asOutput())
                    .addInput(tf.constant("").asOutput())
                    .addInput(tf.constant(BUFFER_BYTES).asOutput())
                    .build()
                    .output(0);
            AnonymousIterator iterator = AnonymousIterator.create(scope, types, shapes);
            MakeIterator.create(scope, data, iterator);
            while (true) {
                Operand<TType> next = IteratorGetNext.create(scope, iterator, types, shapes)
                        .iterator()
                        .next();
                try (TType record = next.asTensor()) {
                    bytes += record.size() * ReadRecords.RECORD_BYTES;
                }
            }
        } catch (TFOutOfRangeException e) {
            return bytes;
        }
    }
}
