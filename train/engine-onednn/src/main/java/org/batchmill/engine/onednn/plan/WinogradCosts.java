package org.batchmill.engine.onednn.plan;

import org.batchmill.engine.onednn.memory.Natives;

/**
 * What the choice between Winograd's algorithm and a primitive counts with, in units of one multiplication and addition at the speed of large products: so the costs of
 * everything else grow with the width of the CPU's multipliers. Measured, as the time beside the products.
 *
 * @param tile           of transforming one value of a tile, there or back
 * @param gradientTile   the same for the weights' gradient, where it goes through the last-level cache
 * @param kernel         of transforming one value of a kernel, and reading it again
 * @param largeKernel    the same where the kernels are larger than the caches
 * @param read           of reading one value of a kernel that was transformed before, {@code largeRead} the same of large ones
 * @param gradientKernel of transforming one value of a kernel's gradient
 * @param directGradient how much longer oneDNN's primitive takes for the weights' gradient than for the others
 */
public record WinogradCosts(
        double tile,
        double gradientTile,
        double kernel,
        double largeKernel,
        double read,
        double largeRead,
        double gradientKernel,
        double directGradient) {

    /** 32 multiplications and additions in a cycle: yolo-v1-tiny on an EPYC (Zen 4), 2026-11-21. */
    public static final WinogradCosts OF_32_A_CYCLE = new WinogradCosts(40, 60, 40, 90, 10, 60, 30, 1.15);

    /** 64 of them: yolo-v1-tiny, resnet18 and pilotnet on a Xeon (Sapphire Rapids), 2026-11-30. */
    public static final WinogradCosts OF_64_A_CYCLE = new WinogradCosts(70, 125, 70, 160, 20, 120, 85, 1.05);

    /** Those of the CPU, as far as its instructions are not hidden. */
    public static WinogradCosts here() {
        return Natives.hasWideMultipliers() ? OF_64_A_CYCLE : OF_32_A_CYCLE;
    }
}
