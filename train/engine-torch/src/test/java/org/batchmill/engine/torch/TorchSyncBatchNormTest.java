package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.loop.SyncBatchNormTest;
import org.junit.jupiter.api.Tag;

@Tag("concurrent")
class TorchSyncBatchNormTest extends SyncBatchNormTest {

    @Override
    protected Engine engine() {
        return new TorchEngine();
    }
}
