package org.batchmill.train.loss;

import java.util.List;

/**
 * A sum of losses over the same outputs and targets, each with its weight.
 *
 * @param terms at least one
 */
public record WeightedSum(List<Term> terms) implements Loss {

    /**
     * @param loss   a loss whose targets has the size that the others' has
     * @param weight its factor
     */
    public record Term(Loss loss, float weight) {}

    public WeightedSum {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("a sum of no losses");
        }
    }

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        float[] part = new float[gradient.length];
        float[] sum = new float[gradient.length];
        double total = 0;
        for (Term term : terms) {
            total += term.weight() * term.loss().evaluate(outputs, targets, rows, totalRows, part);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += term.weight() * part[i];
            }
        }
        System.arraycopy(sum, 0, gradient, 0, sum.length);
        return total;
    }

    /** @throws IllegalArgumentException if the losses take targets of different sizes */
    @Override
    public int targetSize(int outputSize) {
        int size = terms.get(0).loss().targetSize(outputSize);
        for (Term term : terms) {
            if (term.loss().targetSize(outputSize) != size) {
                throw new IllegalArgumentException(
                        terms.get(0).loss() + " and " + term.loss() + " do not compare with the same targets");
            }
        }
        return size;
    }
}
