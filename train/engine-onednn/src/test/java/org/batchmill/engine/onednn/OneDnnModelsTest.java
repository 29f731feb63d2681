package org.batchmill.engine.onednn;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineModelsTest;

class OneDnnModelsTest extends EngineModelsTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }
}
