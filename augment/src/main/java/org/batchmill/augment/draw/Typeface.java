package org.batchmill.augment.draw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outlines of a TrueType font's characters: DejaVu Sans, which comes along, so that text looks the same where no fonts are installed,
 * as in containers; Java's own needs the system's font configuration even for a font of one's own. Scripts that join or reorder
 * their letters are drawn letter by letter. Immutable.
 *
 * <p>The format is that of Apple's TrueType Reference Manual: tables head, hhea, hmtx, loca, glyf, and cmap of formats 4 and 12.
 */
final class Typeface {

    static final Typeface SANS = load("DejaVuSans.ttf");

    private static final int MOST_NESTED = 6;

    /** Straight pieces of a curve: at sizes of text no corner is seen. */
    private static final int PIECES = 5;

    private final ByteBuffer font;
    private final Map<String, Integer> tables = new HashMap<>();
    private final boolean longOffsets;
    private final int advances;
    private final int characters;
    private final double capitals;

    private Typeface(ByteBuffer font) {
        this.font = font;
        int count = u16(4);
        for (int i = 0; i < count; i++) {
            int record = 12 + 16 * i;
            StringBuilder tag = new StringBuilder();
            for (int letter = 0; letter < 4; letter++) {
                tag.append((char) font.get(record + letter));
            }
            tables.put(tag.toString(), font.getInt(record + 8));
        }
        this.longOffsets = font.getShort(table("head") + 50) != 0;
        this.advances = u16(table("hhea") + 34);
        this.characters = characters();
        this.capitals = font.getShort(glyphAt(glyph('H')) + 8);
    }

    private static Typeface load(String name) {
        try (InputStream in = Typeface.class.getResourceAsStream(name)) {
            return new Typeface(ByteBuffer.wrap(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A closed line: x and y in turn. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Contour(double[] points) {}

    /**
     * The outlines of a line of text, whose holes are what lies inside two of them.
     *
     * @param size of capitals, in whatever unit the result shall have; x from 0 on, y downwards from the baseline
     */
    List<Contour> outline(String text, double size) {
        List<Contour> contours = new ArrayList<>();
        double scale = size / capitals;
        double x = 0;
        for (int character : text.codePoints().toArray()) {
            int glyph = glyph(character);
            add(contours, glyph, new double[] {scale, 0, 0, scale, x, 0}, 0);
            x += advance(glyph) * scale;
        }
        return contours;
    }

    /** How wide a line of text is, in the unit of the size of capitals. */
    double width(String text, double size) {
        return text.codePoints()
                        .mapToDouble(character -> advance(glyph(character)))
                        .sum()
                * size
                / capitals;
    }

    /** Whether there is an outline of this character; what has none is drawn as a frame. */
    boolean has(int character) {
        return glyph(character) != 0;
    }

    /** Where the table of characters is: format 12, which has all of Unicode, before format 4. */
    private int characters() {
        int cmap = table("cmap");
        int found = 0;
        for (int i = 0; i < u16(cmap + 2); i++) {
            int subtable = cmap + font.getInt(cmap + 4 + 8 * i + 4);
            int format = u16(subtable);
            if (format == 12 || (format == 4 && found == 0)) {
                found = subtable;
            }
        }
        return found;
    }

    private int glyph(int character) {
        int code = Character.isISOControl(character) ? ' ' : character;
        return u16(characters) == 12 ? ofGroups(code) : ofSegments(code);
    }

    private int ofGroups(int code) {
        int low = 0;
        int high = font.getInt(characters + 12) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int group = characters + 16 + 12 * middle;
            if (code < font.getInt(group)) {
                high = middle - 1;
            } else if (code > font.getInt(group + 4)) {
                low = middle + 1;
            } else {
                return font.getInt(group + 8) + code - font.getInt(group);
            }
        }
        return 0;
    }

    private int ofSegments(int code) {
        int doubled = u16(characters + 6);
        int ends = characters + 14;
        for (int i = 0; i < doubled; i += 2) {
            if (code <= u16(ends + i)) {
                int start = u16(ends + doubled + 2 + i);
                int delta = u16(ends + 2 * doubled + 2 + i);
                int rangeAt = ends + 3 * doubled + 2 + i;
                if (code < start) {
                    return 0;
                }
                int range = u16(rangeAt);
                int glyph = range == 0 ? code : u16(rangeAt + range + 2 * (code - start));
                return glyph == 0 ? 0 : (glyph + delta) & 0xffff;
            }
        }
        return 0;
    }

    private int advance(int glyph) {
        return u16(table("hmtx") + 4 * Math.min(glyph, advances - 1));
    }

    private int glyphAt(int glyph) {
        return table("glyf") + offset(glyph);
    }

    private int offset(int glyph) {
        int loca = table("loca");
        return longOffsets ? font.getInt(loca + 4 * glyph) : 2 * u16(loca + 2 * glyph);
    }

    /** @param to a, b, c, d, e, f: x' = a x + c y + e, y' = b x + d y + f, in the font's unit and with its y upwards */
    private void add(List<Contour> contours, int glyph, double[] to, int nested) {
        if (offset(glyph) == offset(glyph + 1) || nested > MOST_NESTED) {
            return; // a space
        }
        int at = glyphAt(glyph);
        if (font.getShort(at) < 0) {
            addParts(contours, at + 10, to, nested);
        } else {
            addSimple(contours, at, to);
        }
    }

    /** Letters with accents are put together from others. */
    private void addParts(List<Contour> contours, int start, double[] to, int nested) {
        int at = start;
        int flags;
        do {
            flags = u16(at);
            int part = u16(at + 2);
            boolean words = (flags & 1) != 0;
            double dx = words ? font.getShort(at + 4) : font.get(at + 4);
            double dy = words ? font.getShort(at + 6) : font.get(at + 5);
            at += words ? 8 : 6;
            double[] own = {1, 0, 0, 1, dx, dy};
            if ((flags & 0x08) != 0) {
                own[0] = own[3] = fraction(at);
                at += 2;
            } else if ((flags & 0x40) != 0) {
                own[0] = fraction(at);
                own[3] = fraction(at + 2);
                at += 4;
            } else if ((flags & 0x80) != 0) {
                for (int i = 0; i < 4; i++) {
                    own[i] = fraction(at + 2 * i);
                }
                at += 8;
            }
            add(contours, part, both(own, to), nested + 1);
        } while ((flags & 0x20) != 0);
    }

    private double fraction(int at) {
        return font.getShort(at) / 16384.0;
    }

    private static double[] both(double[] first, double[] then) {
        return new double[] {
            then[0] * first[0] + then[2] * first[1],
            then[1] * first[0] + then[3] * first[1],
            then[0] * first[2] + then[2] * first[3],
            then[1] * first[2] + then[3] * first[3],
            then[0] * first[4] + then[2] * first[5] + then[4],
            then[1] * first[4] + then[3] * first[5] + then[5]
        };
    }

    private void addSimple(List<Contour> contours, int start, double[] to) {
        int count = font.getShort(start);
        int ends = start + 10;
        int points = u16(ends + 2 * (count - 1)) + 1;
        int at = ends + 2 * count;
        at += 2 + u16(at); // instructions for pixels as they were
        int[] flags = new int[points];
        for (int i = 0; i < points; ) {
            int flag = font.get(at++) & 0xff;
            int times = (flag & 8) != 0 ? 1 + (font.get(at++) & 0xff) : 1;
            for (int time = 0; time < times; time++) {
                flags[i++] = flag;
            }
        }
        double[] x = new double[points];
        at = coordinates(flags, 2, 16, at, x);
        double[] y = new double[points];
        coordinates(flags, 4, 32, at, y);
        int first = 0;
        for (int contour = 0; contour < count; contour++) {
            int last = u16(ends + 2 * contour);
            contours.add(flattened(flags, x, y, first, last, to));
            first = last + 1;
        }
    }

    /** Differences, of one byte or of two or none. */
    private int coordinates(int[] flags, int shortBit, int sameBit, int start, double[] values) {
        int at = start;
        int value = 0;
        for (int i = 0; i < flags.length; i++) {
            boolean same = (flags[i] & sameBit) != 0;
            if ((flags[i] & shortBit) != 0) {
                int difference = font.get(at++) & 0xff;
                value += same ? difference : -difference;
            } else if (!same) {
                value += font.getShort(at);
                at += 2;
            }
            values[i] = value;
        }
        return at;
    }

    /** Between two points that are off the curve lies one that is on it, in their middle. */
    private static Contour flattened(int[] flags, double[] x, double[] y, int first, int last, double[] to) {
        int count = last - first + 1;
        List<double[]> line = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int here = first + i;
            int before = first + (i + count - 1) % count;
            int behind = first + (i + 1) % count;
            if ((flags[here] & 1) != 0) {
                line.add(new double[] {x[here], y[here]});
                continue;
            }
            double[] from = on(flags, x, y, before, here);
            double[] end = on(flags, x, y, behind, here);
            for (int piece = (flags[before] & 1) != 0 ? 1 : 0; piece < PIECES; piece++) {
                double t = (double) piece / PIECES;
                double a = (1 - t) * (1 - t);
                double b = 2 * t * (1 - t);
                double c = t * t;
                line.add(new double[] {a * from[0] + b * x[here] + c * end[0], a * from[1] + b * y[here] + c * end[1]});
            }
        }
        double[] points = new double[2 * line.size()];
        for (int i = 0; i < line.size(); i++) {
            double px = line.get(i)[0];
            double py = line.get(i)[1];
            points[2 * i] = to[0] * px + to[2] * py + to[4];
            points[2 * i + 1] = -(to[1] * px + to[3] * py + to[5]);
        }
        return new Contour(points);
    }

    private static double[] on(int[] flags, double[] x, double[] y, int neighbour, int here) {
        return (flags[neighbour] & 1) != 0
                ? new double[] {x[neighbour], y[neighbour]}
                : new double[] {(x[neighbour] + x[here]) / 2, (y[neighbour] + y[here]) / 2};
    }

    private int table(String tag) {
        return tables.get(tag);
    }

    private int u16(int at) {
        return font.getShort(at) & 0xffff;
    }
}
