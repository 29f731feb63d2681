package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;

/** Each pixel adds its kernel, times its value, to a window of the output. */
final class TransposedConvolution extends Products {

    private final Layer.TransposedConv2d layer;

    TransposedConvolution(Layer.TransposedConv2d layer, Shape in, Shape out, Parameters parameters) {
        super(layer.name(), in, out, layer.bias(), layer.filters(), parameters);
        this.layer = layer;
    }

    @Override
    void terms(int rows, Term term) {
        int kernel = layer.kernelHeight() * layer.kernelWidth();
        int top = layer.before(true, outShape);
        int left = layer.before(false, outShape);
        for (int i = 0; i < rows * inShape.size(); i++) {
            int x = i % inShape.width();
            int y = i / inShape.width() % inShape.height();
            int channel = i / (inShape.width() * inShape.height()) % inShape.channels();
            int row = i / inShape.size();
            for (int w = 0; w < layer.filters() * kernel; w++) {
                int outY = y * layer.strideHeight() - top + w % kernel / layer.kernelWidth();
                int outX = x * layer.strideWidth() - left + w % layer.kernelWidth();
                if (outY >= 0 && outY < outShape.height() && outX >= 0 && outX < outShape.width()) {
                    int plane = row * layer.filters() + w / kernel;
                    term.run(
                            (plane * outShape.height() + outY) * outShape.width() + outX,
                            i,
                            channel * layer.filters() * kernel + w);
                }
            }
        }
    }

    @Override
    int bias(int out) {
        return out / (outShape.height() * outShape.width()) % layer.filters();
    }
}
