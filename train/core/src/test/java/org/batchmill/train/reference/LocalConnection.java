package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** A kernel for each place of the output. */
final class LocalConnection extends Products {

    private final Layer.LocallyConnected2d layer;

    LocalConnection(Layer.LocallyConnected2d layer, Shape in, Shape out, Parameters parameters) {
        super(layer.name(), in, out, layer.bias(), out.size(), parameters);
        this.layer = layer;
    }

    @Override
    void terms(int rows, Term term) {
        int kernel = layer.kernelHeight() * layer.kernelWidth();
        int top = layer.before(true, inShape);
        int left = layer.before(false, inShape);
        for (int i = 0; i < rows * outShape.size(); i++) {
            int x = i % outShape.width();
            int y = i / outShape.width() % outShape.height();
            int filter = i / (outShape.width() * outShape.height()) % outShape.channels();
            int row = i / outShape.size();
            for (int w = 0; w < inShape.channels() * kernel; w++) {
                int inY = y * layer.strideHeight() - top + w % kernel / layer.kernelWidth();
                int inX = x * layer.strideWidth() - left + w % layer.kernelWidth();
                if (inY >= 0 && inY < inShape.height() && inX >= 0 && inX < inShape.width()) {
                    int plane = row * inShape.channels() + w / kernel;
                    int first = ((y * outShape.width() + x) * layer.filters() + filter) * inShape.channels() * kernel;
                    term.run(i, (plane * inShape.height() + inY) * inShape.width() + inX, first + w);
                }
            }
        }
    }

    @Override
    int bias(int out) {
        return out % outShape.size();
    }
}
