package org.batchmill.engine.torch.plan;

import org.batchmill.engine.torch.device.Lane;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.train.engine.Program.PendingLoss;
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
    private final Lane lane;

    /** @param lane beside what the device computes */
    public LossWork(Loss loss, Device device, Lane lane) {
        this.loss = loss;
        this.device = device;
        this.lane = lane;
        this.onDevice = DeviceLoss.of(loss);
    }

    /** For people. */
    public String where() {
        return onDevice == null ? " in Java, for which each step waits" : " on the device";
    }

    /**
     * Brings targets to where the loss is computed, before the pass is begun: a copy waits for what was begun before it.
     *
     * @param targets [rows][targetSize]
     * @return null where the loss is computed in Java
     */
    public Tensor bring(float[] targets, int rows) {
        return onDevice == null
                ? null
                : Tensors.of(targets, rows, targets.length / rows).to(device, ScalarType.Double);
    }

    /**
     * Starts the backward pass. Nothing is read before the loss is asked for, once, unless Java computes it.
     *
     * @param outputs [rows][outputSize]
     * @param targets [rows][targetSize]
     * @param brought what {@link #bring} made of them
     * @return the rows' share of the loss
     */
    public PendingLoss backward(Tensor outputs, float[] targets, Tensor brought, int totalRows) {
        if (onDevice == null) {
            double value = inJava(outputs, targets, totalRows);
            return () -> value;
        }
        Tensor value = onDevice.sum(outputs.to(ScalarType.Double), brought).div(new Scalar((double) totalRows));
        if (outputs.requires_grad()) {
            value.backward();
        }
        return new OnDevice(value.detach().retainReference(), lane);
    }

    /** A number that lies on the device until it is read. */
    private record OnDevice(Tensor number, Lane lane) implements PendingLoss {
        @Override
        public double value() {
            try {
                return number.item_double();
            } finally {
                number.releaseReference();
            }
        }

        @Override
        public boolean isKnown() {
            return lane.isIdle();
        }
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
