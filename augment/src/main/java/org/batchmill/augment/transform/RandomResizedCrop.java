package org.batchmill.augment.transform;

/**
 * Cuts out a window of random area and shape, as classifiers are trained (Szegedy et al. 2014). If ten draws do not fit, the whole
 * canvas is taken.
 *
 * @param minArea  of the canvas' area, above 0
 * @param maxArea  at most 1
 * @param minRatio width by height, in pixels
 * @param maxRatio likewise
 */
public record RandomResizedCrop(double minArea, double maxArea, double minRatio, double maxRatio)
        implements GeometricTransform {

    private static final int TRIES = 10;

    public RandomResizedCrop {
        Ranges.require(
                minArea > 0 && minArea <= maxArea && maxArea <= 1 && minRatio > 0 && minRatio <= maxRatio,
                "random-resized-crop: 0 < minArea <= maxArea <= 1 and 0 < minRatio <= maxRatio");
    }

    @Override
    public void place(Homography placement, RandomStream random) {
        double width = placement.width();
        double height = placement.height();
        for (int i = 0; i < TRIES; i++) {
            double area = width * height * random.uniform(minArea, maxArea);
            double ratio = Math.exp(random.uniform(Math.log(minRatio), Math.log(maxRatio)));
            double cropWidth = Math.rint(Math.sqrt(area * ratio));
            double cropHeight = Math.rint(Math.sqrt(area / ratio));
            if (cropWidth >= 1 && cropHeight >= 1 && cropWidth <= width && cropHeight <= height) {
                double left = Math.floor(random.uniform(0, width - cropWidth + 1));
                double top = Math.floor(random.uniform(0, height - cropHeight + 1));
                placement.randomWindow(left, top, cropWidth, cropHeight);
                return;
            }
        }
    }
}
