package org.batchmill.train.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Network;

/**
 * Networks by name. A network's {@link Network#input()} is the image size that it wants, and its first layer brings bytes from 0 to 255
 * into the range that it was designed for. Classifiers and detectors end in logits or linear values: the loss and the task know what
 * they mean.
 */
public final class Models {

    private static final Map<String, Function<ModelOptions, Network>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("yolo-v1-tiny", YoloModels::tiny);
        BY_NAME.put("yolo-v1-tiny-bn", YoloModels::tinyBatchNorm);
        BY_NAME.put("yolo-v1-mini", YoloModels::mini);
        BY_NAME.put("yolo-v1-mini-14", YoloModels::miniFine);
        BY_NAME.put("yolo-v1-resnet18", YoloModels::residual);
        BY_NAME.put("yolo-v1-mobilenet-v2", YoloModels::mobile);
        BY_NAME.put("pilotnet", SteeringModels::pilotNet);
        BY_NAME.put("pilotnet-small", SteeringModels::pilotNetSmall);
        BY_NAME.put("pilotnet-seed", SteeringModels::pilotNetSeed);
        BY_NAME.put("pilotnet-lstm", SteeringModels::pilotNetLstm);
        BY_NAME.put("digits-softmax", DigitModels::softmax);
        BY_NAME.put("digits-fc", DigitModels::fullyConnected);
        BY_NAME.put("digits-cnn", DigitModels::convolutional);
        BY_NAME.put("digits-cnn-bn", DigitModels::convolutionalBatchNorm);
        BY_NAME.put("digits-cnn-lrn", DigitModels::convolutionalResponseNorm);
        BY_NAME.put("lenet5", ImageModels::leNet);
        BY_NAME.put("vgg11", ImageModels::vgg);
        BY_NAME.put("googlenet-small", ImageModels::googLeNetSmall);
        BY_NAME.put("squeezenet", ImageModels::squeezeNet);
        BY_NAME.put("mobilenet-v2", ImageModels::mobileNet);
        BY_NAME.put("resnet18", ResidualNetworks::eighteen);
        BY_NAME.put("resnet50", ResidualNetworks::fifty);
        BY_NAME.put("table", TableModels::table);
        BY_NAME.put("table-bn", TableModels::tableBatchNorm);
        BY_NAME.put("line", TableModels::line);
    }

    private Models() {}

    /** The names, in the order of the documentation. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** @throws UsageException if there is no such model */
    public static Network byName(String name, ModelOptions options) {
        Function<ModelOptions, Network> model = BY_NAME.get(name);
        if (model == null) {
            throw UsageException.unknownName("model", name, BY_NAME.keySet());
        }
        return model.apply(options);
    }
}
