package org.batchmill.engine.onednn;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineContractTest;

class OneDnnContractTest extends EngineContractTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }
}
