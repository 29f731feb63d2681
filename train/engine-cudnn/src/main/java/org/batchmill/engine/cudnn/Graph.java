package org.batchmill.engine.cudnn;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;

/** Work on a stream, captured as a CUDA graph that is started with one call. Used by one thread; freed by {@link #close()}. */
final class Graph implements AutoCloseable {

    private final CUstream_st stream;
    private final CUgraphExec_st executable = new CUgraphExec_st();

    private Graph(CUstream_st stream, CUgraph_st graph) {
        this.stream = stream;
        Cuda.check(cudart.cudaGraphInstantiate(executable, graph, 0), "cudaGraphInstantiate");
    }

    /**
     * Captures, which runs nothing.
     *
     * @param stream not the default one
     * @param work   starts kernels and calls libraries on the stream
     */
    static Graph capture(CUstream_st stream, Runnable work) {
        try (CUgraph_st graph = new CUgraph_st()) {
            Cuda.check(
                    cudart.cudaStreamBeginCapture(stream, cudart.cudaStreamCaptureModeGlobal),
                    "cudaStreamBeginCapture");
            try {
                work.run();
            } catch (RuntimeException e) {
                // A stream whose capture nobody ends takes no more work.
                cudart.cudaStreamEndCapture(stream, graph);
                throw e;
            }
            Cuda.check(cudart.cudaStreamEndCapture(stream, graph), "cudaStreamEndCapture");
            try {
                return new Graph(stream, graph);
            } finally {
                Cuda.check(cudart.cudaGraphDestroy(graph), "cudaGraphDestroy");
            }
        }
    }

    /** Runs the work once and waits for it. */
    void replay() {
        Cuda.check(cudart.cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
        Cuda.check(cudart.cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    }

    @Override
    public void close() {
        Cuda.check(cudart.cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
        executable.close();
    }
}
