package org.batchmill.engine.onednn.layer;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.engine.onednn.memory.Address;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.LayerOperation;
import org.batchmill.engine.onednn.plan.Step;
import org.batchmill.engine.onednn.winograd.InputTiles;
import org.batchmill.engine.onednn.winograd.OutputTiles;
import org.batchmill.engine.onednn.winograd.TileGrid;
import org.batchmill.engine.onednn.winograd.TileMemory;
import org.batchmill.engine.onednn.winograd.Winograd;
import org.batchmill.train.host.Workers;
import org.batchmill.train.host.plan.Buffer;

/**
 * A filter by {@link Winograd}: blocks of lines of tiles, each by one thread from the images read to those written, so that a
 * block's factors and products stay in the second-level cache.
 */
final class WinogradFilter extends LayerOperation {

    /** Tiles of a block: enough for products at full speed, and for the kernels that are read for each block. */
    private static final int BLOCK_TILES = 64;

    /** So many blocks at least, for as many threads. */
    private static final int LEAST_BLOCKS = 4;

    /** Alignment of what a thread's memory holds. */
    private static final long LINE = 64;

    /**
     * What it works on.
     *
     * @param input   channels last
     * @param kernels [36][inputs][outputs], of cells
     * @param factors of each output's channel, as {@code summands}; null for none
     * @param output  channels last
     */
    record Tensors(Tensor input, Tensor kernels, Tensor factors, Tensor summands, Tensor output) {

        List<Buffer> reads() {
            List<Buffer> buffers = new ArrayList<>();
            for (Tensor tensor : new Tensor[] {input, kernels, factors, summands}) {
                if (tensor != null) {
                    buffers.add(tensor.buffer);
                }
            }
            return buffers;
        }
    }

    private final Tensors tensors;
    private final Tensor scratch;
    private final TileGrid grid;
    /** Channels of the cells that are read. */
    private final int inputs;
    /** Channels of the cells that are written. */
    private final int outputs;

    private final InputTiles inputTiles;
    private final OutputTiles outputTiles;
    /** Floats from one position's kernel to the next. */
    private final long kernelStride;

    private final int linesOfBlock;
    private final int blocks;
    private final TileProduct whole;
    /** Of the last block, where it is smaller. */
    private final TileProduct rest;

    private final TileMemory[] memory;
    private final FloatBuffer[] factors;
    private final FloatBuffer[] products;
    private final long[] factorsAt;
    private final long[] productsAt;
    private final long[] scratchAt;
    private long kernelsAt;
    private FloatBuffer from;
    private FloatBuffer to;
    private OutputTiles.PerChannel perChannel;

    WinogradFilter(Compilation compilation, String what, TileGrid grid, Tensors its) {
        super(compilation.assembler.layer(), compilation.assembler.pass(), what + " [winograd]");
        this.tensors = its;
        this.grid = grid;
        this.inputTiles = new InputTiles(grid, (int) its.input().dimensions()[1]);
        this.outputTiles = new OutputTiles(grid, (int) its.output().dimensions()[1]);
        this.inputs = inputTiles.channels();
        this.outputs = outputTiles.channels();
        int wanted = Math.max(LEAST_BLOCKS, (grid.tiles() + BLOCK_TILES - 1) / BLOCK_TILES);
        this.linesOfBlock = (grid.lines() + wanted - 1) / wanted;
        this.blocks = (grid.lines() + linesOfBlock - 1) / linesOfBlock;
        int workers = compilation.workers;
        this.kernelStride = its.kernels().buffer.bytes() / Float.BYTES / Winograd.POSITIONS;
        this.whole = product(compilation, linesOfBlock);
        int left = grid.lines() % linesOfBlock;
        this.rest = left == 0 ? whole : product(compilation, left);
        this.memory = compilation.tileMemory(Math.max(inputTiles.runLength(), outputTiles.runLength()));
        this.scratch = compilation.assembler.bytes("tiles", workers * threadBytes());
        this.factors = new FloatBuffer[workers];
        this.products = new FloatBuffer[workers];
        this.factorsAt = new long[workers];
        this.productsAt = new long[workers];
        this.scratchAt = new long[workers];
    }

    private TileProduct product(Compilation compilation, int lines) {
        long tiles = (long) lines * grid.across();
        long stride = grid.stride(lines);
        return new TileProduct(
                compilation.assembler.handles(),
                TileProduct.layout(tiles, inputs, stride * inputs, inputs, 1),
                TileProduct.layout(inputs, outputs, kernelStride, outputs, 1),
                TileProduct.layout(tiles, outputs, stride * outputs, outputs, 1),
                compilation.workers);
    }

    private long bytes(int channels) {
        long size = (long) Winograd.POSITIONS * grid.stride(linesOfBlock) * channels * Float.BYTES;
        return aligned(size);
    }

    private static long aligned(long bytes) {
        return (bytes + LINE - 1) / LINE * LINE;
    }

    private long threadBytes() {
        return bytes(inputs) + bytes(outputs) + aligned(Math.max(whole.scratchBytes(), rest.scratchBytes()));
    }

    @Override
    public void bind(long arena) {
        for (int i = 0; i < factors.length; i++) {
            factorsAt[i] = scratch.address(arena) + i * threadBytes();
            productsAt[i] = factorsAt[i] + bytes(inputs);
            scratchAt[i] = productsAt[i] + bytes(outputs);
            factors[i] = Address.floats(factorsAt[i], bytes(inputs));
            products[i] = Address.floats(productsAt[i], bytes(outputs));
        }
        kernelsAt = tensors.kernels().address(arena);
        from = tensors.input().floats(arena);
        to = tensors.output().floats(arena);
        perChannel = new OutputTiles.PerChannel(floats(tensors.factors(), arena), floats(tensors.summands(), arena));
    }

    private static FloatBuffer floats(Tensor tensor, long arena) {
        return tensor == null ? null : tensor.floats(arena);
    }

    @Override
    protected void execute(Step step) {
        step.workers.run(blocks, part);
        Natives.setThreads(step.workers.count());
    }

    private final Workers.Part part = this::block;

    private void block(int block, int worker) {
        int first = block * linesOfBlock;
        int lines = Math.min(linesOfBlock, grid.lines() - first);
        int tiles = grid.stride(lines);
        TileMemory its = memory[worker];
        inputTiles.read(from, first, lines, factors[worker], tiles, 0, its);
        TileProduct product = lines == linesOfBlock ? whole : rest;
        product.run(worker, factorsAt[worker], kernelsAt, productsAt[worker], scratchAt[worker]);
        outputTiles.prepare(perChannel, its);
        for (int line = 0; line < lines; line++) {
            int tile = line * grid.across();
            outputTiles.write(products[worker], tiles, tile, first + line, perChannel, to, its);
        }
    }

    @Override
    public List<Buffer> reads() {
        return tensors.reads();
    }

    @Override
    public List<Buffer> writes() {
        return List.of(tensors.output().buffer, scratch.buffer);
    }
}
