package org.batchmill.engine.torch;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.loop.ResumeTest;

class TorchResumeTest extends ResumeTest {

    @Override
    protected Engine engine() {
        return OnDevice.ofTests();
    }
}
