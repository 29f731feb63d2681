package org.batchmill.engine.nd4j;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineLayerTest;

class Nd4jLayerTest extends EngineLayerTest {

    @Override
    protected Engine engine() {
        return new Nd4jEngine();
    }
}
