package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineModelsTest;
import org.junit.jupiter.api.Tag;

@Tag("long")
class TorchModelsTest extends EngineModelsTest {

    @Override
    protected Engine engine() {
        return OnDevice.ofTests();
    }
}
