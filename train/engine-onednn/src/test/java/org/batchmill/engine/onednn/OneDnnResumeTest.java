package org.batchmill.engine.onednn;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.loop.ResumeTest;

class OneDnnResumeTest extends ResumeTest {

    @Override
    protected Engine engine() {
        return new OneDnnEngine();
    }
}
