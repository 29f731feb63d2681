package org.batchmill.engine.torch.device;

import org.batchmill.train.host.Handles;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.cuda.CUDAEvent;
import org.bytedeco.pytorch.cuda.CUDAStream;
import org.bytedeco.pytorch.cuda.CUDAStreamGuard;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.global.torch_cuda;

/** A stream of its own beside the one that computes, from page-locked memory; events keep the two in order. */
@SuppressWarnings("try") // guards are there to be closed
public final class CudaLane implements Lane {

    private final byte device;
    private final Handles<Pointer> handles;
    private final CUDAStream copies;

    /** @param handles keep its streams and events */
    public CudaLane(byte device, Handles<Pointer> handles) {
        this.device = device;
        this.handles = handles;
        this.copies = handles.keep(torch_cuda.getStreamFromPool(false, device));
    }

    @Override
    public Tensor hostMemory(ScalarType type, long... shape) {
        TensorOptions pageLocked = new TensorOptions(type).pinned_memory(new BoolOptional(true));
        return torch.empty(shape, pageLocked, new MemoryFormatOptional());
    }

    @Override
    public Place place() {
        return new OnStreams(handles.keep(new CUDAEvent()), handles.keep(new CUDAEvent()));
    }

    @Override
    public boolean isIdle() {
        // Asked from outside of steps, where no scope frees it.
        try (CUDAStream stream = torch_cuda.getCurrentCUDAStream(device)) {
            return stream.query();
        }
    }

    private final class OnStreams implements Place {
        private final CUDAEvent copied;
        private final CUDAEvent read;

        OnStreams(CUDAEvent copied, CUDAEvent read) {
            this.copied = copied;
            this.read = read;
        }

        @Override
        public void copy(Tensor host, Tensor to) {
            read.block(copies);
            try (CUDAStreamGuard guard = new CUDAStreamGuard(copies.asStream())) {
                to.copy_(host, true);
            }
            copied.record(copies);
        }

        @Override
        public void requireArrived() {
            copied.block(torch_cuda.getCurrentCUDAStream(device));
        }

        @Override
        public void markRead() {
            read.record(torch_cuda.getCurrentCUDAStream(device));
        }

        @Override
        public void awaitCopied() {
            copied.synchronize();
        }
    }
}
