package org.batchmill.train.task;

import java.util.List;

/**
 * How well a network tells classes apart.
 *
 * @param images    evaluated
 * @param accuracy  share whose likeliest class is the right one
 * @param top5      share whose right class is among the five likeliest
 * @param loss      mean cross-entropy, in nats
 * @param classes   class by class
 * @param confusion [right class][likeliest class], in images
 * @param worst     the images with the largest cross-entropy, largest first
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record ClassificationScores(
        long images,
        double accuracy,
        double top5,
        double loss,
        List<OfClass> classes,
        long[][] confusion,
        List<Doubt> worst) {

    /**
     * How well one class is told from the others.
     *
     * @param name      of the class
     * @param images    of this class
     * @param predicted images that were taken for it
     * @param precision share of {@code predicted} that are of it, NaN where nothing was taken for it
     * @param recall    share of {@code images} that were taken for it, NaN where there are none
     */
    public record OfClass(String name, long images, long predicted, double precision, double recall) {}

    /**
     * An image that the network got wrong or was unsure of.
     *
     * @param sample      its id
     * @param className   what it is
     * @param predicted   what it was taken for
     * @param probability of what it is
     */
    public record Doubt(String sample, String className, String predicted, double probability) {}

    public ClassificationScores {
        classes = List.copyOf(classes);
        worst = List.copyOf(worst);
    }
}
