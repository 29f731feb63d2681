package org.batchmill.engine.nd4j;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineLayerTest;
import org.batchmill.train.engine.GraphNetworks;

class Nd4jLayerTest extends EngineLayerTest {

    @Override
    protected Engine engine() {
        return new Nd4jEngine();
    }

    /** Gated recurrent units, and sequences that come out of a layer or have lengths. */
    @Override
    protected Set<String> refused() {
        Set<String> refused = new HashSet<>(GraphNetworks.all().keySet());
        refused.removeIf(name -> !name.startsWith("gru") && !name.startsWith("lstm"));
        refused.removeAll(List.of("lstm last", "lstm of 17"));
        return refused;
    }
}
