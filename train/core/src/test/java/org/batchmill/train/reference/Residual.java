package org.batchmill.train.reference;

import java.util.List;
import java.util.Map;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** The sum of two chains of layers. */
final class Residual extends JavaLayer {

    private final Chain body;
    private final Chain projection;

    Residual(Layer.Residual layer, Shape in, Map<String, Shape> shapes, Parameters parameters) {
        super(layer.name());
        this.body = new Chain(layer.body(), in, shapes, parameters, 1);
        this.projection = new Chain(layer.projection(), in, shapes, parameters, 1);
    }

    List<Chain> chains() {
        return List.of(body, projection);
    }

    @Override
    double[] forward(double[] in, int rows, Pass pass) {
        return sum(body.forward(in, rows, pass), projection.forward(in, rows, pass));
    }

    @Override
    double[] backward(double[] outGradient) {
        return sum(body.backward(outGradient), projection.backward(outGradient));
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
