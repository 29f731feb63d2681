package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineContractTest;

class TorchContractTest extends EngineContractTest {

    @Override
    protected Engine engine() {
        return OnDevice.ofTests();
    }
}
