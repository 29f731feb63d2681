package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineLayerTest;

class TorchLayerTest extends EngineLayerTest {

    @Override
    protected Engine engine() {
        return OnDevice.ofTests();
    }
}
