package org.batchmill.augment.transform;

/**
 * Puts several samples into one image. The partners are the next samples in shuffled order.
 *
 * @param kind        what is made of them
 * @param probability how often; otherwise the sample stands alone
 */
public record Mixing(Kind kind, double probability) {

    /** What is made of several samples. */
    public enum Kind {
        /** Each sample stands alone. */
        NONE(0),
        /**
         * Four images around a random point, each augmented and stretched into its quarter, with the boxes of all (Bochkovskiy et
         * al. 2020). Labels other than boxes stay those of the first.
         */
        MOSAIC(3),
        /**
         * Two images, weighed with lambda and 1 - lambda, lambda from Beta(1.5, 1.5), with the boxes of both (Zhang, H. et al. 2018;
         * for boxes Zhang, Z. et al. 2019). Steering angles, targets and classes are weighed likewise.
         */
        MIXUP(1);

        private final int partners;

        Kind(int partners) {
            this.partners = partners;
        }

        /** How many samples it needs beside the first. */
        public int partners() {
            return partners;
        }
    }

    /** Each sample stands alone. */
    public static final Mixing NONE = new Mixing(Kind.NONE, 0);

    public Mixing {
        Ranges.require(probability >= 0 && probability <= 1, "mixing: 0 <= probability <= 1");
    }
}
