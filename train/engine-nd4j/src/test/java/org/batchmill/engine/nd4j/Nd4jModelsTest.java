package org.batchmill.engine.nd4j;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineModelsTest;
import org.junit.jupiter.api.Tag;

@Tag("long") // branches and groups are done in Java here
class Nd4jModelsTest extends EngineModelsTest {

    @Override
    protected Engine engine() {
        return new Nd4jEngine();
    }
}
