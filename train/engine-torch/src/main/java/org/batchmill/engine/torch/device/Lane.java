package org.batchmill.engine.torch.device;

import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The way of bytes from the host to a device, beside what the device computes. Used by the program's thread. */
public interface Lane {

    /** One batch's place on the way, used again and again. */
    interface Place {

        /** Begins to copy, behind what was computed from the device's memory before {@link #markRead}. */
        void copy(Tensor host, Tensor device);

        /** What is computed from now on comes behind the copy. */
        void requireArrived();

        /** All that reads the device's memory was handed to the device. */
        void markRead();

        /** Waits until the host's memory may be overwritten. */
        void awaitCopied();
    }

    /** Memory of the host that copies can leave while the caller goes on; the caller owns it. */
    Tensor hostMemory(ScalarType type, long... shape);

    Place place();

    /** Whether all that was handed to the device is done. */
    boolean isIdle();

    /** Where the device is the host: what is begun is done. */
    Lane OF_HOST = new Lane() {
        private final Place place = new Place() {
            @Override
            public void copy(Tensor host, Tensor device) {
                device.copy_(host);
            }

            @Override
            public void requireArrived() {}

            @Override
            public void markRead() {}

            @Override
            public void awaitCopied() {}
        };

        @Override
        public Tensor hostMemory(ScalarType type, long... shape) {
            return torch.empty(shape, new TensorOptions(type), new MemoryFormatOptional());
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public boolean isIdle() {
            return true;
        }
    };
}
