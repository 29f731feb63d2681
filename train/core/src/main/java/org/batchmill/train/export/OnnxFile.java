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
 * Networks as ONNX, operator set 13. The input is called {@code input}, floats [samples][channels][height][width] of 0 to 255 (with
 * frames: [samples][frames][channels][height][width]; vectors: [samples][numbers]); the output is called {@code output},
 * [samples][numbers] in the order of {@link Network#output()}.
 */
public final class OnnxFile {

    /** Protocol buffers end at 2 GiB. */
    private static final long LARGEST = Integer.MAX_VALUE;

    private OnnxFile() {}

    /**
     * Writes a network in place of what stood there.
     *
     * @param parameters by name, in the canonical layouts
     * @param properties facts about the model, which programs find in its metadata
     * @throws UsageException if a layer cannot be said in ONNX, or the model is too large for it
     */
    public static void write(
            Path file, Network network, Map<String, float[]> parameters, Map<String, String> properties)
            throws IOException {
        Message model = new OnnxWriter(network, parameters).model(properties);
        if (model.length() > LARGEST) {
            throw new UsageException(network.name() + " is too large for an ONNX file: " + model.length() + " bytes");
        }
        try (PendingFile out = Storage.of(file).create(file)) {
            model.writeTo(out);
            out.commit();
        }
    }
}
