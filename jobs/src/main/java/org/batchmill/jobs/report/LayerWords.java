package org.batchmill.jobs.report;

import java.util.Locale;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Windowed;

/** What a layer is, in a few words: {@code conv 3x3, stride 2, 8 groups}. */
final class LayerWords implements Layer.Visitor<String> {

    @Override
    public String inputScale(Layer.InputScale layer) {
        return text("scale by %.4g, add %.4g", layer.multiply(), layer.add());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String window(String word, Windowed window) {
        StringBuilder text = new StringBuilder(text("%s %dx%d", word, window.kernelHeight(), window.kernelWidth()));
        pair(text, "stride", window.strideHeight(), window.strideWidth());
        pair(text, "dilation", window.dilationHeight(), window.dilationWidth());
        return text.append(window.padding().accept(new Padding.Visitor<String>() {
                    @Override
                    public String same(Padding.Same padding) {
                        return ", same";
                    }

                    @Override
                    public String valid(Padding.Valid padding) {
                        return "";
                    }

                    @Override
                    public String explicit(Padding.Explicit padding) {
                        boolean one = padding.equals(Padding.explicit(padding.top()));
                        return one
                                ? ", padding " + padding.top()
                                : text(
                                        ", padding %d %d %d %d",
                                        padding.top(), padding.left(), padding.bottom(), padding.right());
                    }
                }))
                .toString();
    }

    private static void pair(StringBuilder text, String word, int height, int width) {
        if (height != 1 || width != 1) {
            text.append(text(", %s %s", word, height == width ? height : height + "x" + width));
        }
    }

    @Override
    public String conv2d(Layer.Conv2d layer) {
        return window("conv", layer) + (layer.groups() == 1 ? "" : text(", %d groups", layer.groups()));
    }

    @Override
    public String transposedConv2d(Layer.TransposedConv2d layer) {
        return window("transposed conv", layer);
    }

    @Override
    public String locallyConnected2d(Layer.LocallyConnected2d layer) {
        return window("locally connected", layer);
    }

    @Override
    public String upsample(Layer.Upsample layer) {
        return text(
                "upsample %dx%d, %s",
                layer.factorHeight(), layer.factorWidth(), layer.mode().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public String globalAveragePool(Layer.GlobalAveragePool layer) {
        return "global average pool";
    }

    @Override
    public String maxPool(Layer.MaxPool layer) {
        return window("max pool", layer);
    }

    @Override
    public String averagePool(Layer.AveragePool layer) {
        return window("average pool", layer);
    }

    @Override
    public String dense(Layer.Dense layer) {
        return "dense";
    }

    @Override
    public String batchNorm(Layer.BatchNorm layer) {
        return layer.rule() == Layer.BatchNorm.Rule.DARKNET ? "batch norm, darknet's" : "batch norm";
    }

    @Override
    public String localResponseNorm(Layer.LocalResponseNorm layer) {
        return text("response norm over %d", layer.size());
    }

    @Override
    public String dropout(Layer.Dropout layer) {
        return text("dropout %.4g", layer.rate());
    }

    @Override
    public String gaussianNoise(Layer.GaussianNoise layer) {
        return text("noise %.4g", layer.standardDeviation());
    }

    @Override
    public String activation(Layer.Activation layer) {
        String word = layer.function().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return layer.alpha() == 0 ? word : text("%s %.4g", word, layer.alpha());
    }

    @Override
    public String add(Layer.Add layer) {
        return "add";
    }

    @Override
    public String concat(Layer.Concat layer) {
        return "concat";
    }

    @Override
    public String channelScale(Layer.ChannelScale layer) {
        return layer.shift() ? "scale and shift channels" : "scale channels";
    }

    @Override
    public String lengths(Layer.Lengths layer) {
        return text("lengths before %.4g", layer.padding());
    }

    @Override
    public String lstm(Layer.Lstm layer) {
        return layer.sequences() ? "lstm, all frames" : "lstm";
    }

    @Override
    public String gru(Layer.Gru layer) {
        return layer.sequences() ? "gru, all frames" : "gru";
    }

    @Override
    public String flatten(Layer.Flatten layer) {
        return "flatten";
    }

    @Override
    public String reshape(Layer.Reshape layer) {
        return "reshape";
    }
}
