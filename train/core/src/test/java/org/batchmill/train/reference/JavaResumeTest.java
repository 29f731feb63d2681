package org.batchmill.train.reference;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.loop.ResumeTest;

class JavaResumeTest extends ResumeTest {

    @Override
    protected Engine engine() {
        return new JavaEngine();
    }
}
