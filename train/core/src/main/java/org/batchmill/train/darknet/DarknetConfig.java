package org.batchmill.train.darknet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;

/**
 * What a configuration of the reference program says: the network, the loss of its detection layer and how to train it. A plain value.
 *
 * @param network the layers; batch norms follow the reference's own rule
 * @param loss    of the detection layer, if there is one
 * @param recipe  of the {@code [net]} section, with the augmentation of the crop and detection layers
 * @param unused  keys that mean nothing here, as {@code line 3: key}, for a warning
 */
public record DarknetConfig(Network network, Optional<YoloV1Loss> loss, Recipe recipe, List<String> unused) {

    public DarknetConfig {
        unused = List.copyOf(unused);
    }

    /**
     * Reads a configuration.
     *
     * @throws org.batchmill.records.DataException if it is malformed, contradicts itself or wants something that is not supported; names the
     *     line
     */
    public static DarknetConfig read(Path file) throws IOException {
        return new ConfigReader(ConfigFile.read(file)).read();
    }
}
