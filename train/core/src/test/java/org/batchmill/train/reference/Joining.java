package org.batchmill.train.reference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Layers that read several others. */
final class Joining {

    private Joining() {}

    static final class Sum extends JavaLayer {
        private final int inputs;

        Sum(Layer.Add layer, int inputs) {
            super(layer.name());
            this.inputs = inputs;
        }

        @Override
        double[] forward(List<double[]> in, int rows, Pass pass) {
            double[] sum = in.get(0).clone();
            for (double[] other : in.subList(1, in.size())) {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += other[i];
                }
            }
            return sum;
        }

        @Override
        List<double[]> backward(double[] outGradient) {
            return Collections.nCopies(inputs, outGradient);
        }
    }

    /** In memory the channels of an input are one run of each row. */
    static final class Channels extends JavaLayer {
        private final List<Shape> shapes;
        private final int outSize;

        Channels(Layer.Concat layer, List<Shape> shapes) {
            super(layer.name());
            this.shapes = shapes;
            this.outSize = shapes.stream().mapToInt(Shape::size).sum();
        }

        @Override
        double[] forward(List<double[]> in, int rows, Pass pass) {
            double[] out = new double[rows * outSize];
            int offset = 0;
            for (int k = 0; k < in.size(); k++) {
                int size = shapes.get(k).size();
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(in.get(k), row * size, out, row * outSize + offset, size);
                }
                offset += size;
            }
            return out;
        }

        @Override
        List<double[]> backward(double[] outGradient) {
            int rows = outGradient.length / outSize;
            List<double[]> gradients = new ArrayList<>();
            int offset = 0;
            for (Shape shape : shapes) {
                double[] gradient = new double[rows * shape.size()];
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(outGradient, row * outSize + offset, gradient, row * shape.size(), shape.size());
                }
                gradients.add(gradient);
                offset += shape.size();
            }
            return gradients;
        }
    }
}
