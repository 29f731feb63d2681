package org.batchmill.engine.onednn;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineLayerTest;

class OneDnnLayerTest extends EngineLayerTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }
}
