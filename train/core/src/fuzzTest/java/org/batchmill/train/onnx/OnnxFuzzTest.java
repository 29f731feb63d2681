package org.batchmill.train.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.batchmill.train.engine.GraphNetworks;
import org.batchmill.train.engine.LayerNetworks;
import org.batchmill.train.export.OnnxFile;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files of any content: a network that fits its weights, or a data error that names the file. */
class OnnxFuzzTest {

    @TempDir
    private Path folder;

    private void parse(byte[] input) throws IOException {
        OnnxNetwork.read(Files.write(folder.resolve("fuzz.onnx"), input));
    }

    private Fuzz fuzz() throws IOException {
        Map<String, Network> networks = new HashMap<>(LayerNetworks.all());
        networks.putAll(GraphNetworks.all());
        List<byte[]> corpus = new ArrayList<>();
        for (String name : List.of(
                "conv 3x3 dilation 2 same",
                "average 3x3 uneven",
                "batch norm",
                "reshape",
                "lstm",
                "gru sequences then dense",
                "googlenet block",
                "u",
                "upsample 2x2 BILINEAR",
                "channel scale and shift")) {
            Network network = networks.get(name);
            Map<String, float[]> parameters = new HashMap<>();
            for (Parameter parameter : network.parameters()) {
                parameters.put(parameter.name(), new float[parameter.size()]);
            }
            Path file = folder.resolve("seed.onnx");
            OnnxFile.write(file, network, parameters, Map.of());
            corpus.add(Files.readAllBytes(file));
        }
        return Fuzz.of(DataException.class, "onnx", corpus)
                .words("Conv", "Reshape", "Transpose", "Identity", "Constant", "pads", "strides", "group", "\n");
    }

    @Test
    void shouldReadOrRefuseDamagedModels() throws IOException {
        fuzz().inputs(300, this, this::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedModels() throws IOException {
        fuzz().seconds(Fuzz.seconds(), this, this::parse);
    }
}
