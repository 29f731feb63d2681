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

    /**
     * How many values a sample has.
     *
     * @throws ArithmeticException if they are more than an array holds
     */
    public int size() {
        long plane = (long) height * width;
        if (plane > Integer.MAX_VALUE || plane * channels > Integer.MAX_VALUE) {
            throw new ArithmeticException(this + ": more values than an array holds");
        }
        return (int) (plane * channels);
    }

    public boolean isVector() {
        return height == 1 && width == 1;
    }

    @Override
    public String toString() {
        return isVector() ? Integer.toString(channels) : channels + "x" + height + "x" + width;
    }
}
