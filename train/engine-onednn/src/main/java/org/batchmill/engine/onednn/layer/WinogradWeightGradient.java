package org.batchmill.engine.onednn.layer;

import static org.batchmill.engine.onednn.winograd.Winograd.SIDE;
import static org.batchmill.engine.onednn.winograd.Winograd.TAPS;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.batchmill.engine.onednn.memory.Address;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.LayerOperation;
import org.batchmill.engine.onednn.plan.Step;
import org.batchmill.engine.onednn.winograd.GradientTiles;
import org.batchmill.engine.onednn.winograd.InputTiles;
import org.batchmill.engine.onednn.winograd.KernelLayout;
import org.batchmill.engine.onednn.winograd.TileGrid;
import org.batchmill.engine.onednn.winograd.TileMemory;
import org.batchmill.engine.onednn.winograd.Winograd;
import org.batchmill.train.host.Workers;
import org.batchmill.train.host.plan.Buffer;

/**
 * The gradient of a filter's kernels by {@link Winograd}, some lines of tiles at a time: both factors of all their tiles are written, then
 * each block of the kernels' channels takes its products, transforms them back and adds them up. The order of sums does not depend on threads.
 */
final class WinogradWeightGradient extends LayerOperation {

    /** Bytes of both factors of the lines that are worked on at a time: they are to stay in the last-level cache. */
    private static final long GROUP_BYTES = 8L << 20;

    /** Up to so many times that many make one group: transforming the sums back costs the more, the more groups there are. */
    private static final int LARGEST_GROUP = 2;

    /** Lines that one task of a thread transforms: those that follow each other share rows. */
    private static final int PART_LINES = 2;

    /** Input channels of a block. */
    static final int BLOCK_INPUTS = KernelLayout.BLOCK;

    /** Most output channels of a block. */
    private static final int BLOCK_OUTPUTS = 256;

    private static final long LINE = 64;

    /**
     * What it works on.
     *
     * @param input    channels last
     * @param gradient of the filter's output, channels last
     * @param kernels  the kernels' gradient
     * @param biases   the biases' gradient, null for none
     */
    record Tensors(Tensor input, Tensor gradient, Tensor kernels, Tensor biases) {}

    private final Tensors tensors;
    private final Tensor scratch;
    private final TileGrid grid;
    private final KernelLayout layout;
    /** Channels of a cell. */
    private final int inputs;

    private final int outputs;
    private final int blockOutputs;
    private final int linesOfGroup;
    private final InputTiles inputTiles;
    private final GradientTiles gradientTiles;
    private final TileProduct whole;
    /** Of the last group, where it is smaller. */
    private final TileProduct rest;

    private final TileMemory[] memory;
    /** Of biases, by line of tiles. */
    private final float[][] sums;

    private final FloatBuffer[] products;
    private long inputFactorsAt;
    private long gradientFactorsAt;
    private long productsAt;
    private FloatBuffer input;
    private FloatBuffer gradient;
    private FloatBuffer inputFactors;
    private FloatBuffer gradientFactors;
    private FloatBuffer kernels;
    private FloatBuffer biases;
    // Of the group that is worked on.
    private int firstLine;
    private int groupLines;

    private final Workers.Part mapLines = this::mapLines;
    private final Workers.Part sumBlock = this::sumBlock;

    WinogradWeightGradient(Compilation compilation, TileGrid grid, KernelLayout layout, Tensors its) {
        super(compilation.assembler.layer(), compilation.assembler.pass(), "convolution by weights [winograd]");
        this.tensors = its;
        this.grid = grid;
        this.layout = layout;
        this.inputs = layout.cellInputs();
        this.outputs = layout.outputs();
        this.blockOutputs = blockOutputs(outputs);
        this.inputTiles = new InputTiles(grid, layout.inputs());
        this.gradientTiles = new GradientTiles(grid, outputs);
        long lineBytes = (long) Winograd.POSITIONS * grid.across() * (inputs + outputs) * Float.BYTES;
        long bytes = lineBytes * grid.lines();
        int groups = bytes <= LARGEST_GROUP * GROUP_BYTES ? 1 : (int) ((bytes + GROUP_BYTES - 1) / GROUP_BYTES);
        this.linesOfGroup = (grid.lines() + groups - 1) / groups;
        this.whole = product(compilation, linesOfGroup);
        int left = grid.lines() % linesOfGroup;
        this.rest = left == 0 ? whole : product(compilation, left);
        int run = Math.max(inputTiles.runLength(), gradientTiles.runLength());
        this.memory = compilation.tileMemory(Math.max(run, BLOCK_INPUTS * blockOutputs));
        this.sums = new float[grid.lines()][outputs];
        this.products = new FloatBuffer[compilation.workers];
        this.scratch = compilation.assembler.bytes(
                "tiles", factorBytes(inputs) + factorBytes(outputs) + compilation.workers * threadBytes());
    }

    /** The most output channels that divide them into equal blocks. */
    private static int blockOutputs(int outputs) {
        int block = Math.min(BLOCK_OUTPUTS, outputs);
        while (outputs % block != 0) {
            block--;
        }
        return block;
    }

    /** Floats from one position's products to the next: see {@link TileGrid#stride}. */
    private int productStride() {
        return (BLOCK_INPUTS + 1) * blockOutputs;
    }

    private TileProduct product(Compilation compilation, int lines) {
        long depth = (long) lines * grid.across();
        long stride = grid.stride(lines);
        return new TileProduct(
                compilation.assembler.handles(),
                TileProduct.layout(BLOCK_INPUTS, depth, stride * inputs, 1, inputs),
                TileProduct.layout(depth, blockOutputs, stride * outputs, outputs, 1),
                TileProduct.layout(BLOCK_INPUTS, blockOutputs, productStride(), blockOutputs, 1),
                compilation.workers);
    }

    private long factorBytes(int channels) {
        return (long) Winograd.POSITIONS * grid.stride(linesOfGroup) * channels * Float.BYTES;
    }

    private long productBytes() {
        return (long) Winograd.POSITIONS * productStride() * Float.BYTES;
    }

    private long threadBytes() {
        long own = Math.max(whole.scratchBytes(), rest.scratchBytes());
        return productBytes() + (own + LINE - 1) / LINE * LINE;
    }

    @Override
    public void bind(long arena) {
        inputFactorsAt = scratch.address(arena);
        gradientFactorsAt = inputFactorsAt + factorBytes(inputs);
        productsAt = gradientFactorsAt + factorBytes(outputs);
        for (int i = 0; i < products.length; i++) {
            products[i] = Address.floats(productsAt + i * threadBytes(), productBytes());
        }
        inputFactors = Address.floats(inputFactorsAt, factorBytes(inputs));
        gradientFactors = Address.floats(gradientFactorsAt, factorBytes(outputs));
        input = tensors.input().floats(arena);
        gradient = tensors.gradient().floats(arena);
        kernels = tensors.kernels().floats(arena);
        biases = tensors.biases() == null ? null : tensors.biases().floats(arena);
    }

    @Override
    protected void execute(Step step) {
        for (firstLine = 0; firstLine < grid.lines(); firstLine += linesOfGroup) {
            int lines = Math.min(linesOfGroup, grid.lines() - firstLine);
            groupLines = lines;
            step.workers.run((lines + PART_LINES - 1) / PART_LINES, mapLines);
            step.workers.run(inputs / BLOCK_INPUTS * (outputs / blockOutputs), sumBlock);
        }
        Natives.setThreads(step.workers.count());
        if (biases != null) {
            for (int channel = 0; channel < outputs; channel++) {
                double sum = 0;
                for (float[] line : sums) {
                    sum += line[channel];
                }
                biases.put(channel, (float) sum);
            }
        }
    }

    private void mapLines(int part, int worker) {
        int first = part * PART_LINES;
        int count = Math.min(PART_LINES, groupLines - first);
        int tiles = grid.stride(groupLines);
        inputTiles.read(input, firstLine + first, count, inputFactors, tiles, first * grid.across(), memory[worker]);
        for (int line = first; line < first + count; line++) {
            float[] its = sums[firstLine + line];
            Arrays.fill(its, 0);
            int tile = line * grid.across();
            gradientTiles.read(gradient, firstLine + line, gradientFactors, tiles, tile, its, memory[worker]);
        }
    }

    private void sumBlock(int block, int worker) {
        int across = outputs / blockOutputs;
        int firstInput = block / across * BLOCK_INPUTS;
        int firstOutput = block % across * blockOutputs;
        TileProduct product = groupLines == linesOfGroup ? whole : rest;
        long its = productsAt + worker * threadBytes();
        product.run(
                worker,
                inputFactorsAt + (long) firstInput * Float.BYTES,
                gradientFactorsAt + (long) firstOutput * Float.BYTES,
                its,
                its + productBytes());
        TileMemory here = memory[worker];
        mapBack(products[worker], productStride(), BLOCK_INPUTS * blockOutputs, here);
        for (int tap = 0; tap < TAPS * TAPS; tap++) {
            int row = tap / TAPS;
            int column = tap % TAPS;
            float[] values = here.halves[TAPS + row][column];
            if (layout.blocked()) {
                writeBlocks(values, row, column, firstInput, firstOutput, here);
            } else {
                for (int i = 0; i < BLOCK_INPUTS; i++) {
                    int at = layout.at(row, column, firstInput + i, firstOutput);
                    if (at != KernelLayout.NONE) {
                        write(values, i * blockOutputs, at, blockOutputs, here.line);
                    }
                }
            }
        }
    }

    /** Transforms each position's products to each tap's gradients: in {@code halves}, from row 3 on. */
    private static void mapBack(FloatBuffer from, int stride, int count, TileMemory its) {
        for (int column = 0; column < SIDE; column++) {
            for (int row = 0; row < SIDE; row++) {
                from.get((row * SIDE + column) * stride, its.positions[row], 0, count);
            }
            Winograd.kernelGradient(its.positions, its.across(column), count);
        }
        for (int row = 0; row < TAPS; row++) {
            Winograd.kernelGradient(its.halves[row], its.halves[TAPS + row], count);
        }
    }

    /** Writes 16 rows of values as blocks. */
    private void writeBlocks(float[] values, int row, int column, int firstInput, int firstOutput, TileMemory its) {
        int size = KernelLayout.BLOCK * KernelLayout.BLOCK;
        for (int output = 0; output < blockOutputs; output += KernelLayout.BLOCK) {
            for (int i = 0; i < BLOCK_INPUTS; i++) {
                System.arraycopy(
                        values, i * blockOutputs + output, its.line, i * KernelLayout.BLOCK, KernelLayout.BLOCK);
            }
            int at = layout.at(row, column, firstInput, firstOutput + output);
            write(its.line, 0, at, size, its.results[0]);
        }
    }

    /** The first group's gradients are written, those of the others added. */
    private void write(float[] values, int from, int at, int count, float[] before) {
        if (firstLine > 0) {
            kernels.get(at, before, 0, count);
            for (int i = 0; i < count; i++) {
                values[from + i] += before[i];
            }
        }
        kernels.put(at, values, from, count);
    }

    @Override
    public List<Buffer> reads() {
        return List.of(tensors.input().buffer, tensors.gradient().buffer);
    }

    @Override
    public List<Buffer> writes() {
        return tensors.biases() == null
                ? List.of(tensors.kernels().buffer, scratch.buffer)
                : List.of(tensors.kernels().buffer, tensors.biases().buffer, scratch.buffer);
    }
}
