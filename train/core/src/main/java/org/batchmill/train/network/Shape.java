package org.batchmill.train.network;

/**
 * The shape of one sample between layers, in the canonical order channels, height, width, whatever data format an engine uses
 * inside. A vector of n numbers is n x 1 x 1.
 */
public record Shape(int channels, int height, int width) {

    public Shape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("not a shape: " + channels + "x" + height + "x" + width);
        }
    }

    public static Shape vector(int size) {
        return new Shape(size, 1, 1);
    }

    public int size() {
        return Math.multiplyExact(Math.multiplyExact(channels, height), width);
    }

    public boolean isVector() {
        return height == 1 && width == 1;
    }

    @Override
    public String toString() {
        return isVector() ? Integer.toString(channels) : channels + "x" + height + "x" + width;
    }
}
