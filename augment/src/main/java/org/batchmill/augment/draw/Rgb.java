package org.batchmill.augment.draw;

/**
 * A colour, each part 0 to 255.
 */
public record Rgb(int red, int green, int blue) {

    public static final Rgb BLACK = new Rgb(0, 0, 0);
    public static final Rgb WHITE = new Rgb(255, 255, 255);
    public static final Rgb GREY = new Rgb(110, 110, 110);
    public static final Rgb LIGHT = new Rgb(228, 228, 228);

    /** Colours that stay apart on photographs and on white, the frequently used first. */
    private static final Rgb[] PALETTE = {
        new Rgb(31, 119, 180),
        new Rgb(255, 127, 14),
        new Rgb(44, 160, 44),
        new Rgb(214, 39, 40),
        new Rgb(148, 103, 189),
        new Rgb(23, 190, 207),
        new Rgb(227, 119, 194),
        new Rgb(188, 189, 34),
        new Rgb(140, 86, 75),
        new Rgb(127, 127, 127)
    };

    /** The colour of series or class {@code index}, from 0; they repeat after ten. */
    public static Rgb of(int index) {
        return PALETTE[Math.floorMod(index, PALETTE.length)];
    }

    /** Black or white, whichever reads better on this colour. */
    Rgb contrast() {
        return 299 * red + 587 * green + 114 * blue > 140_000 ? BLACK : WHITE;
    }
}
