package org.batchmill.engine.onednn;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.loop.SyncBatchNormTest;
import org.junit.jupiter.api.Tag;

@Tag("concurrent")
class OneDnnSyncBatchNormTest extends SyncBatchNormTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }
}
