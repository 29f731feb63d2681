package org.batchmill.engine.nd4j;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineGoldenTest;

class Nd4jGoldenTest extends EngineGoldenTest {

    @Override
    protected Engine engine() {
        return new Nd4jEngine();
    }
}
