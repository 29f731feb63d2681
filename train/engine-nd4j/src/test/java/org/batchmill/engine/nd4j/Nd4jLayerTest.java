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

    /** All but those that branch by sums alone. */
    @Override
    protected Set<String> refused() {
        Set<String> refused = new HashSet<>(GraphNetworks.all().keySet());
        refused.removeAll(List.of(
                "add three",
                "add itself",
                "add dense to flat image",
                "input read twice",
                "relu beside what it reads",
                "pool beside relu",
                "scopes",
                "resnet shortcut stride 2",
                "two residual blocks",
                "lstm last",
                "lstm of 17"));
        return refused;
    }
}
