package org.batchmill.jobs.detect;

import org.batchmill.augment.PictureMapping;
import org.batchmill.augment.transform.Fit;
import org.batchmill.train.network.Shape;

/**
 * How a part of a picture lies in a network's input.
 *
 * @param window what is looked at, in pixels of the picture
 * @param input  the network's
 * @param left   where the part begins in the input, in pixels
 * @param top    where the part begins in the input, in pixels
 * @param width  pixels of the input that the part takes
 * @param height pixels of the input that the part takes
 */
record View(CropWindow window, Shape input, int left, int top, int width, int height) {

    /** Stretched over all of the input, or in its own shape in the middle. */
    static View of(CropWindow window, Shape input, Fit fit) {
        if (fit == Fit.STRETCH) {
            return new View(window, input, 0, 0, input.width(), input.height());
        }
        double scale = Math.min((double) input.width() / window.width(), (double) input.height() / window.height());
        int width = (int) Math.max(1, Math.rint(window.width() * scale));
        int height = (int) Math.max(1, Math.rint(window.height() * scale));
        return new View(window, input, (input.width() - width) / 2, (input.height() - height) / 2, width, height);
    }

    /** From the network's input back to a picture of this size. */
    PictureMapping mapping(int pictureWidth, int pictureHeight) {
        double across = (double) window.width() / width;
        double down = (double) window.height() / height;
        return new PictureMapping(
                pictureWidth,
                pictureHeight,
                (window.left() - left * across) / pictureWidth,
                (window.top() - top * down) / pictureHeight,
                input.width() * across / pictureWidth,
                input.height() * down / pictureHeight);
    }
}
