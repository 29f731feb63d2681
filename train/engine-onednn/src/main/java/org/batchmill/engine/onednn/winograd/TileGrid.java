package org.batchmill.engine.onednn.winograd;

/**
 * How the outputs of a filter are cut into tiles of 4x4: lines of tiles, image by image from the top. At the right and the bottom
 * tiles may reach over the edge.
 *
 * <p>A filter with stride 2 is one with stride 1 and half as many taps on cells of 2x2 pixels, whose channels are those of the four
 * pixels: so inputs are read, and on the way back written, in cells.
 *
 * @param images in the batch
 * @param input    what is read: tile t reads the six cells from 4t on, along each axis
 * @param output   what is written: tile t writes the four cells from 4t on
 */
public record TileGrid(int images, Side input, Side output) {

    /**
     * An image as cells.
     *
     * @param cell pixels along each side of a cell
     * @param top  pixels of the first cell that lie above the image, or above that as padding; {@code left} likewise
     */
    public record Side(int height, int width, int cell, int top, int left) {

        public int cellsDown() {
            return cells(height + top);
        }

        public int cellsAcross() {
            return cells(width + left);
        }

        private int cells(int pixels) {
            return (pixels + cell - 1) / cell;
        }
    }

    /** The grid of the input's gradient, which is a filter of the output's gradient with the kernel turned round. */
    public TileGrid backward() {
        int cell = input.cell();
        int reach = Winograd.TAPS - 1;
        // Cells that hold nothing but padding have no gradient.
        Side from =
                new Side(output.height(), output.width(), 1, reach - input.top() / cell, reach - input.left() / cell);
        Side to = new Side(input.height(), input.width(), cell, input.top() % cell, input.left() % cell);
        return new TileGrid(images, from, to);
    }

    /** Tiles in a line. */
    public int across() {
        return (output.cellsAcross() + Winograd.TILE - 1) / Winograd.TILE;
    }

    /** Lines in an image. */
    public int down() {
        return (output.cellsDown() + Winograd.TILE - 1) / Winograd.TILE;
    }

    /** Lines in the batch. */
    public int lines() {
        return images * down();
    }

    public int tiles() {
        return lines() * across();
    }

    /**
     * Tiles from one position of a product to the next where so many lines are worked on: one more than there are, because positions that
     * lie a power of two apart fall into the same few lines of the caches.
     */
    public int stride(int lines) {
        return lines * across() + 1;
    }
}
