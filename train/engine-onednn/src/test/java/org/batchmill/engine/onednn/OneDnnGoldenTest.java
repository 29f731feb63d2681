package org.batchmill.engine.onednn;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineGoldenTest;

class OneDnnGoldenTest extends EngineGoldenTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }
}
