package org.batchmill.engine.torch.plan;

import java.nio.ByteBuffer;
import org.batchmill.engine.torch.device.Lane;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.train.host.Handles;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Two batches on their way to the device: the one that is being learnt, and the one behind it. Each has its memory on both sides, which is
 * used again for the one after next. A batch is known again by the address of its bytes.
 */
final class Staging {

    private static final class Slot {
        final Lane.Place place;
        final Tensor host;
        final Tensor device;
        /** Of the bytes that lie here and were not asked for yet; 0 for none. */
        long address;

        long rows;

        Slot(Lane.Place place, Tensor host, Tensor device) {
            this.place = place;
            this.host = host;
            this.device = device;
        }
    }

    private final Slot[] slots = new Slot[2];
    /** Where the next batch goes. */
    private int next;
    /** What is being learnt from; null for nothing that was staged. */
    private Slot taken;

    /** @param shape of a full batch */
    Staging(Lane lane, Device device, ScalarType type, long[] shape, Handles<Pointer> handles) {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(
                    lane.place(),
                    handles.keep(lane.hostMemory(type, shape)),
                    handles.keep(torch.empty(shape, Tensors.options(device, type), new MemoryFormatOptional())));
            // The allocator may give memory that what was begun before still reads: the first copy must wait for that,
            // too.
            slots[i].place.markRead();
        }
    }

    /** Begins to send rows; what was sent before and not asked for is forgotten. */
    void send(ByteBuffer input, long rows, long[] shape, ScalarType type) {
        forget();
        Slot slot = slots[next];
        next = (next + 1) % slots.length;
        slot.place.awaitCopied();
        BytePointer bytes = new BytePointer(input.slice());
        Tensor host = slot.host.narrow(0, 0, rows);
        host.copy_(torch.from_blob(bytes, shape, new TensorOptions(type)));
        slot.place.copy(host, slot.device.narrow(0, 0, rows));
        slot.address = bytes.address();
        slot.rows = rows;
    }

    /** The rows of these bytes on the device, until {@link #release}; null if they were not sent. */
    Tensor take(ByteBuffer input, long rows) {
        long address = new BytePointer(input.slice()).address();
        taken = null;
        for (Slot slot : slots) {
            if (slot.address == address && slot.rows == rows) {
                taken = slot;
            }
        }
        forget();
        if (taken == null) {
            return null;
        }
        taken.place.requireArrived();
        return taken.device.narrow(0, 0, rows);
    }

    private void forget() {
        for (Slot slot : slots) {
            slot.address = 0;
        }
    }

    /** All that reads what was taken was handed to the device. */
    void release() {
        if (taken != null) {
            taken.place.markRead();
            taken = null;
        }
    }
}
