package org.batchmill.augment.draw;

import java.util.List;
import java.util.Locale;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;

/** Draws what is known of an image onto it. */
public final class Annotations {

    /** How far the drawn wheel turns for a steering of 1. */
    private static final double WHEEL_DEGREES = 90;

    private Annotations() {}

    /**
     * Boxes with their classes, a class as a caption, a steering wheel at its angle; nothing for other labels.
     *
     * @param classes gives each class its colour; a class that is not in it gets one from its name
     */
    public static void draw(Canvas canvas, Labels labels, List<String> classes) {
        labels.accept(new Labels.Visitor<Void, RuntimeException>() {
            @Override
            public Void unlabelled(Labels.Unlabelled none) {
                return null;
            }

            @Override
            public Void boxes(Labels.Boxes objects) {
                canvas.boxes(objects.boxes().stream()
                        .map(box -> new LabelledBox(box, box.className(), colour(box.className(), classes)))
                        .toList());
                return null;
            }

            @Override
            public Void classLabel(Labels.ClassLabel label) {
                caption(canvas, label.className(), colour(label.className(), classes));
                return null;
            }

            @Override
            public Void own(Labels.Own labels) {
                return null; // only the program knows what they look like
            }

            @Override
            public Void mixedClasses(Labels.MixedClasses labels) {
                String text = String.format(
                        Locale.ROOT, "%s %.0f %%, %s", labels.className(), 100 * labels.share(), labels.other());
                caption(canvas, text, colour(labels.className(), classes));
                return null;
            }

            @Override
            public Void steering(Labels.Steering label) {
                wheel(canvas, label.angle(), 0.5, Rgb.of(2));
                return null;
            }

            @Override
            public Void targets(Labels.Targets numbers) {
                return null;
            }
        });
    }

    /** What is written at a found box: its class and its score. */
    public static LabelledBox detection(Box box, double score, List<String> classes) {
        String label = box.className() + String.format(Locale.ROOT, " %.2f", score);
        return new LabelledBox(box, label, colour(box.className(), classes));
    }

    /**
     * A steering wheel at the lower edge.
     *
     * @param angle  -1 (left) to 1 (right); 1 turns the wheel by 90 degrees
     * @param across where its middle is, as a fraction of the width
     */
    public static void wheel(Canvas canvas, double angle, double across, Rgb colour) {
        double radius = canvas.height() / 8.0;
        double x = across * canvas.width();
        double y = canvas.height() - radius * 1.6;
        int thick = Math.max(2, (int) Math.rint(radius / 6));
        canvas.ring(x, y, radius, Rgb.BLACK, thick + 2);
        canvas.ring(x, y, radius, colour, thick);
        for (int spoke = 0; spoke < 3; spoke++) {
            double turn = Math.toRadians(WHEEL_DEGREES * angle + 90 * (spoke + 1) - 90);
            double dx = Math.cos(turn) * radius;
            double dy = Math.sin(turn) * radius;
            canvas.segment(x, y, x + dx, y + dy, colour, thick);
        }
        canvas.disc(x, y, thick, colour);
        String text = String.format(Locale.ROOT, "%+.3f", angle);
        double size = Math.max(8, radius / 3);
        canvas.text(text, x - Canvas.textWidth(text, size) / 2 + 1, y + radius * 1.5 + 1, size, Rgb.BLACK);
        canvas.text(text, x - Canvas.textWidth(text, size) / 2, y + radius * 1.5, size, Rgb.WHITE);
    }

    private static void caption(Canvas canvas, String text, Rgb colour) {
        double size = canvas.textSize();
        int pad = (int) Math.ceil(size / 2);
        int wide = (int) Math.ceil(Canvas.textWidth(text, size)) + 2 * pad;
        canvas.rectangleFilled(0, 0, wide, (int) Math.ceil(size) + 2 * pad, colour);
        canvas.text(text, pad, size + pad, size, colour.contrast());
    }

    private static Rgb colour(String name, List<String> classes) {
        int index = classes.indexOf(name);
        return Rgb.of(index >= 0 ? index : name.hashCode());
    }
}
