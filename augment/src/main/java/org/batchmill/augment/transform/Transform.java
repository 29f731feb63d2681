package org.batchmill.augment.transform;

/**
 * One step of a {@link Policy}. Implementations are immutable and safe for use by many threads; what they draw comes from the
 * stream that they are given, so that the same stream gives the same image.
 */
public sealed interface Transform permits GeometricTransform, PixelTransform {}
