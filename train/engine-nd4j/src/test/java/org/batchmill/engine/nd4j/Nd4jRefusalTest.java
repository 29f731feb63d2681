package org.batchmill.engine.nd4j;

import java.util.List;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.EngineRefusalTest;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;

class Nd4jRefusalTest extends EngineRefusalTest {

    @Override
    protected Engine engine() {
        return new Nd4jEngine();
    }

    @Override
    protected Network refused() {
        return new Network(
                "frames",
                Shape.vector(3),
                2,
                List.of(new Layer.Dense("dense", 1, true, Initializer.ZEROS, Initializer.ZEROS)));
    }

    @Override
    protected String refusal() {
        return "2 frames a sample need an LSTM layer";
    }

    @Override
    protected String refusalOfTf32() {
        return "engine nd4j computes in float32 only";
    }
}
