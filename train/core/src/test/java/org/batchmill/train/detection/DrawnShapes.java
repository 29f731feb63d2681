package org.batchmill.train.detection;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.testing.Seed;

/** Images of coloured circles, squares and triangles on streaky backgrounds, with their boxes; each a function of its number. */
public final class DrawnShapes {

    public static final List<String> CLASSES = List.of("circle", "square", "triangle");

    private final int side;
    private final int mostShapes;

    public DrawnShapes(int side, int mostShapes) {
        this.side = side;
        this.mostShapes = mostShapes;
    }

    /** Images {@code first} to {@code first + rows - 1} as a batch of bytes. */
    public MemoryBatch batch(long first, int rows) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(rows * side * side * 3);
        List<Labels> labels = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            labels.add(new Labels.Boxes(draw(first + row, pixels)));
        }
        return new MemoryBatch(pixels.flip(), side, side, labels);
    }

    private List<Box> draw(long number, ByteBuffer pixels) {
        RandomGenerator random = Seed.random(number);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        background(g, random);
        List<Box> boxes = new ArrayList<>();
        for (int n = random.nextInt(1, mostShapes + 1); n > 0; n--) {
            int size = random.nextInt(side / 7, side * 2 / 5);
            int x = random.nextInt(side - size);
            int y = random.nextInt(side - size);
            if (boxes.stream().anyMatch(box -> meets(box, x, y, size))) {
                continue;
            }
            int shape = random.nextInt(CLASSES.size());
            g.setColor(Color.getHSBColor(random.nextFloat(), random.nextFloat(.6f, 1), random.nextFloat(.7f, 1)));
            switch (shape) {
                case 0 -> g.fillOval(x, y, size, size);
                case 1 -> g.fillRect(x, y, size, size);
                default ->
                    g.fillPolygon(
                            new Polygon(new int[] {x, x + size / 2, x + size}, new int[] {y + size, y, y + size}, 3));
            }
            boxes.add(new Box(
                    CLASSES.get(shape),
                    (float) x / side,
                    (float) y / side,
                    (float) (x + size) / side,
                    (float) (y + size) / side));
        }
        g.dispose();
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < bgr.length; i += 3) {
            pixels.put(bgr[i + 2]).put(bgr[i + 1]).put(bgr[i]);
        }
        return boxes;
    }

    private void background(Graphics2D g, RandomGenerator random) {
        Color one = Color.getHSBColor(random.nextFloat(), random.nextFloat(.4f), random.nextFloat(.2f, .9f));
        Color other = Color.getHSBColor(random.nextFloat(), random.nextFloat(.4f), random.nextFloat(.2f, .9f));
        g.setPaint(new GradientPaint(0, 0, one, side, random.nextInt(side), other));
        g.fillRect(0, 0, side, side);
        for (int i = 0; i < 40; i++) {
            g.setColor(new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256), 50));
            g.drawLine(random.nextInt(side), random.nextInt(side), random.nextInt(side), random.nextInt(side));
        }
    }

    private boolean meets(Box box, int x, int y, int size) {
        return box.xmin() * side < x + size
                && box.xmax() * side > x
                && box.ymin() * side < y + size
                && box.ymax() * side > y;
    }
}
