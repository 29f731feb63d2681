package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineGoldenTest;

class TorchGoldenTest extends EngineGoldenTest {

    @Override
    protected Engine engine() {
        return OnDevice.ofTests();
    }
}
