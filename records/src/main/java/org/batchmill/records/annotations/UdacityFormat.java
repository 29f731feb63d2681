package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFile;

/**
 * The Udacity simulator's {@code driving_log.csv}: centre, left and right picture, steering, throttle, brake, speed, with or
 * without a line of names. Pictures that the log names by a path of the recording machine are looked for in {@code IMG/}.
 */
final class UdacityFormat implements FolderFormat {

    private static final String LOG = "driving_log.csv";
    private static final int CENTRE = 0;
    private static final int LEFT = 1;
    private static final int RIGHT = 2;
    private static final int STEERING = 3;

    @Override
    public boolean fits(Path root) {
        return Files.isRegularFile(root.resolve(LOG));
    }

    @Override
    public Listing list(Path root, FolderOptions options) throws IOException {
        Path log = root.resolve(LOG);
        List<String> lines = TextFile.lines(log);
        EntryList entries = new EntryList();
        List<Angle> angles = new ArrayList<>();
        List<Integer> cameras = options.cameraOffset().isPresent() ? List.of(CENTRE, LEFT, RIGHT) : List.of(CENTRE);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isEmpty() || (i == 0 && isNames(lines.get(0)))) {
                continue;
            }
            String where = log + ": line " + (i + 1);
            String[] fields = lines.get(i).split(",", -1);
            for (int camera : cameras) {
                String steering = fields.length > STEERING ? fields[STEERING].strip() : null;
                String name = fields.length > camera ? fields[camera].strip() : "";
                Entry entry = FolderFiles.entry(root, picture(root, name, where));
                if (entries.add(entry) == angles.size()) {
                    angles.add(new Angle(where, steering, correction(camera, options.cameraOffset())));
                }
            }
        }
        return new UdacityListing(entries, angles);
    }

    private static boolean isNames(String line) {
        return line.toLowerCase(Locale.ROOT).replace("\"", "").startsWith("center");
    }

    private static Path picture(Path root, String name, String where) throws DataException {
        if (name.isEmpty()) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "it names no picture");
        }
        String forward = name.replace('\\', '/');
        boolean absolute = forward.startsWith("/") || forward.matches("[A-Za-z]:/.*");
        if (!absolute) {
            Path path = FolderFiles.inside(root, root, forward, where);
            if (Files.isRegularFile(path)) {
                return path;
            }
        }
        String last = forward.substring(forward.lastIndexOf('/') + 1);
        return FolderFiles.inside(root, root.resolve("IMG"), last, where);
    }

    /** A car seen from the left camera stands too far left, and must steer more to the right, which is positive. */
    private static double correction(int camera, OptionalDouble offset) {
        return switch (camera) {
            case LEFT -> offset.orElseThrow();
            case RIGHT -> -offset.orElseThrow();
            default -> 0;
        };
    }

    /** A steering value as the log has it, read when it is asked for, and what the camera's place adds to it. */
    private record Angle(String where, String text, double correction) {

        Labels read() throws DataException {
            if (text == null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "it has no column of steering values");
            }
            double angle = Numbers.parse(text, where + ": steering");
            if (correction == 0) {
                return new Labels.Steering((float) angle);
            }
            return new Labels.Steering((float) Math.max(-1, Math.min(1, angle + correction)));
        }
    }

    private record UdacityListing(EntryList pictures, List<Angle> angles) implements Listing {

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public boolean needsPicture() {
            return false;
        }

        @Override
        public Labels labels(int entry, ImageHeader picture) throws DataException {
            return angles.get(entry).read();
        }

        @Override
        public List<String> classNames(int entry) {
            return List.of();
        }
    }
}
