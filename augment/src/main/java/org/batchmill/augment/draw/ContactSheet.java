package org.batchmill.augment.draw;

import java.util.ArrayList;
import java.util.List;

/**
 * Images in a grid, each with a caption: what the data doctor and the preview of an augmentation show. Used by one thread at a
 * time; {@link #draw()} gives the sheet, closing this closes the images that were added.
 */
public final class ContactSheet implements AutoCloseable {

    private static final int GAP = 10;
    private static final double TEXT = 10;
    private static final double TITLE = 15;
    private static final Rgb PAPER = new Rgb(250, 250, 250);

    private record Cell(Canvas image, String caption) {}

    private final String title;
    private final int columns;
    private final int cellWidth;
    private final int cellHeight;
    private final List<Cell> cells = new ArrayList<>();

    /**
     * @param title      above all, may be empty
     * @param columns    images in a row
     * @param cellWidth  space for an image, in pixels
     * @param cellHeight space for an image, in pixels, without its caption
     */
    public ContactSheet(String title, int columns, int cellWidth, int cellHeight) {
        this.title = title;
        this.columns = columns;
        this.cellWidth = cellWidth;
        this.cellHeight = cellHeight;
    }

    /** Adds an image; the sheet owns it now. */
    public void add(Canvas image, String caption) {
        cells.add(new Cell(image, caption));
    }

    /** How many images there are. */
    public int size() {
        return cells.size();
    }

    /** The sheet, which the caller closes. */
    public Canvas draw() {
        int caption = (int) (TEXT * 2.2);
        int head = title.isEmpty() ? 0 : (int) (TITLE * 2);
        int rows = Math.max(1, (cells.size() + columns - 1) / columns);
        Canvas sheet = Canvas.blank(
                columns * (cellWidth + GAP) + GAP, head + rows * (cellHeight + caption + GAP) + GAP, PAPER);
        if (head > 0) {
            sheet.text(title, GAP, GAP + TITLE, TITLE, Rgb.BLACK);
        }
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            int left = GAP + i % columns * (cellWidth + GAP);
            int top = head + GAP + i / columns * (cellHeight + caption + GAP);
            sheet.rectangleFilled(left, top, left + cellWidth, top + cellHeight, Rgb.LIGHT);
            sheet.image(cell.image, left, top, cellWidth, cellHeight);
            sheet.text(shortened(cell.caption), left, top + cellHeight + TEXT * 1.5, TEXT, Rgb.GREY);
        }
        return sheet;
    }

    /** Keeps the end of a caption that is too long: the end of a path tells more than its start. */
    private String shortened(String caption) {
        String text = caption;
        while (text.length() > 4 && Canvas.textWidth(text, TEXT) > cellWidth) {
            text = "..." + text.substring(text.startsWith("...") ? 4 : 1);
        }
        return text;
    }

    @Override
    public void close() {
        cells.forEach(cell -> cell.image.close());
        cells.clear();
    }
}
