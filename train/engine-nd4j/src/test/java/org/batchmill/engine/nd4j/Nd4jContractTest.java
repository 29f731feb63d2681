package org.batchmill.engine.nd4j;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineContractTest;

class Nd4jContractTest extends EngineContractTest {

    @Override
    protected Engine engine() {
        return new Nd4jEngine();
    }
}
