package org.batchmill.engine.onednn;

import org.batchmill.train.network.Shape;

/**
 * How the outputs of a 3x3 filter are cut into tiles of 4x4: lines of tiles, picture by picture from the top. At the right and the bottom
 * tiles may reach over the edge.
 *
 * @param pictures  in the batch
 * @param height    of the filter's input, as {@code width}
 * @param top       padding above the input, as {@code left}
 * @param outHeight of its output, as {@code outWidth}
 */
record TileGrid(int pictures, int height, int width, int top, int left, int outHeight, int outWidth) {

    static TileGrid of(int pictures, Window window, Shape in, Shape out) {
        return new TileGrid(
                pictures,
                in.height(),
                in.width(),
                (int) window.before[0],
                (int) window.before[1],
                out.height(),
                out.width());
    }

    /** The grid of the input's gradient, which is a filter of the output's gradient with the kernel turned round. */
    TileGrid backward() {
        int reach = Winograd.TAPS - 1;
        return new TileGrid(pictures, outHeight, outWidth, reach - top, reach - left, height, width);
    }

    /** Tiles in a line. */
    int across() {
        return (outWidth + Winograd.TILE - 1) / Winograd.TILE;
    }

    /** Lines in a picture. */
    int down() {
        return (outHeight + Winograd.TILE - 1) / Winograd.TILE;
    }

    /** Lines in the batch. */
    int lines() {
        return pictures * down();
    }

    int tiles() {
        return lines() * across();
    }
}
