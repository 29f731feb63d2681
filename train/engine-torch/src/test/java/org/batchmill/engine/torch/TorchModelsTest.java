package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineModelsTest;

class TorchModelsTest extends EngineModelsTest {

    @Override
    protected Engine engine() {
        return new TorchEngine();
    }
}
