package org.batchmill.engine.torch.plan;

import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.train.loss.Loss;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The loss of a pass and the way back from it. A loss of Batchmill stays on the device; one of the user's is evaluated in Java. */
public final class LossWork {

    private final Loss loss;
    private final Device device;
    private final DeviceLoss onDevice;

    public LossWork(Loss loss, Device device) {
        this.loss = loss;
        this.device = device;
        this.onDevice = DeviceLoss.of(loss);
    }

    /** For people. */
    public String where() {
        return onDevice == null ? " in Java, for which each step waits" : " on the device";
    }

    /**
     * Starts the backward pass.
     *
     * @param outputs [rows][outputSize]
     * @param targets [rows][targetSize]
     * @return the rows' share of the loss
     */
    public double backward(Tensor outputs, float[] targets, int totalRows) {
        return onDevice == null ? inJava(outputs, targets, totalRows) : onDevice(outputs, targets, totalRows);
    }

    private double onDevice(Tensor outputs, float[] targets, int totalRows) {
        long rows = outputs.size(0);
        Tensor expected = Tensors.of(targets, rows, targets.length / rows).to(device, ScalarType.Double);
        Tensor value = onDevice.sum(outputs.to(ScalarType.Double), expected).div(new Scalar((double) totalRows));
        if (outputs.requires_grad()) {
            value.backward();
        }
        return value.item_double();
    }

    private double inJava(Tensor outputs, float[] targets, int totalRows) {
        int rows = (int) outputs.size(0);
        float[] gradient = new float[(int) outputs.numel()];
        double value = loss.evaluate(Tensors.values(outputs), targets, rows, totalRows, gradient);
        if (outputs.requires_grad()) {
            Tensor given = Tensors.of(gradient, rows, outputs.size(1));
            // The type of the outputs, which may be narrower than float32.
            Autograd.back(outputs, given.to(device, outputs.scalar_type(), false, true, new MemoryFormatOptional()));
        }
        return value;
    }
}
