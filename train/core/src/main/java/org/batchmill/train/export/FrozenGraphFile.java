package org.batchmill.train.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.network.Network;
import org.batchmill.train.protobuf.Message;

/**
 * Networks as frozen TensorFlow graphs: a GraphDef whose weights are constants. The placeholder is called {@code input}, floats
 * [samples][height][width][channels] of 0 to 255, the layout that TensorFlow computes in on a CPU (with frames:
 * [samples][frames][height][width][channels]; vectors: [samples][numbers]); the result is called {@code output}, [samples][numbers] in
 * the order of {@link Network#output()}.
 */
public final class FrozenGraphFile {

    /** Protocol buffers end at 2 GiB. */
    private static final long LARGEST = Integer.MAX_VALUE;

    private FrozenGraphFile() {}

    /**
     * Writes a network in place of what stood there.
     *
     * @param parameters by name, in the canonical layouts
     * @throws UsageException if a layer cannot be said in TensorFlow's operations, or the model is too large for one file
     */
    public static void write(Path file, Network network, Map<String, float[]> parameters) throws IOException {
        Message graph = new TensorFlowWriter(network, parameters).graph();
        if (graph.length() > LARGEST) {
            throw new UsageException(network.name() + " is too large for a graph file: " + graph.length() + " bytes");
        }
        try (PendingFile out = Storage.of(file).create(file)) {
            graph.writeTo(out);
            out.commit();
        }
    }
}
