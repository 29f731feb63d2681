package org.batchmill.train.reference;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineLayerTest;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;

class JavaLayerTest extends EngineLayerTest {

    @Override
    protected Engine engine() {
        return new JavaEngine();
    }

    @Override
    protected boolean tries(Network network, ProgramSpec.DataFormat format) {
        return format == ProgramSpec.DataFormat.NCHW
                && network.layers().stream()
                        .noneMatch(layer -> layer instanceof Layer.Dropout || layer instanceof Layer.GaussianNoise);
    }
}
