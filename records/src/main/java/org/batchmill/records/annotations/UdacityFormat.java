package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;
import org.batchmill.records.image.ImageHeader;

/**
 * Images with a steering angle each: the Udacity simulator's {@code driving_log.csv}, with the images of three cameras, and Sully Chen's
 * {@code data.txt}, with one. Images that the log names by a path of the recording machine are looked for in {@code IMG/} or {@code
 * data/}, and beside the log. Angles are in the log's unit.
 */
final class UdacityFormat implements FolderFormat {

    static final String LOG = "driving_log.csv";
    static final String DEGREES = "data.txt";
    private static final List<String> FOLDERS = List.of("IMG", "data", "");

    private enum Camera {
        CENTER,
        LEFT,
        RIGHT
    }

    @Override
    public boolean fits(Path root) throws IOException {
        return Files.isRegularFile(root.resolve(LOG))
                || (Files.isRegularFile(root.resolve(DEGREES)) && DrivingLog.isImageAndDegrees(root.resolve(DEGREES)));
    }

    @Override
    public Listing list(Path root, Path named, FolderOptions options) throws IOException {
        boolean table = named == null
                ? Files.isRegularFile(root.resolve(LOG)) || !Files.isRegularFile(root.resolve(DEGREES))
                : !DrivingLog.isImageAndDegrees(named);
        Path file = named != null ? named : root.resolve(table ? LOG : DEGREES);
        DrivingLog log = table ? DrivingLog.readTable(file) : DrivingLog.readImageAndDegrees(file);
        if (options.cameraOffset().isPresent() && !log.cameras()) {
            throw new UsageException(root + ": a camera offset is for logs of three cameras; this has one");
        }
        List<Camera> cameras = options.cameraOffset().isPresent() ? List.of(Camera.values()) : List.of(Camera.CENTER);
        EntryList entries = new EntryList();
        List<Angle> angles = new ArrayList<>();
        for (DrivingLog.Row row : log.rows()) {
            for (Camera camera : cameras) {
                String name = name(row, camera);
                if (name.isEmpty() && camera != Camera.CENTER) {
                    continue; // not every moment has an image of each camera
                }
                String flaw = row.flaw();
                Path image;
                try {
                    image = image(root, name, row.where());
                } catch (DataException e) {
                    // Stands for the row, which has no image that could.
                    image = file.resolveSibling(file.getFileName() + "#line " + row.line());
                    flaw = flaw == null ? e.reason() : flaw;
                }
                Angle angle = new Angle(row.where(), row.steering(), correction(camera, options.cameraOffset()), flaw);
                int place = entries.add(FolderFiles.entry(root, image));
                if (place == angles.size()) {
                    angles.add(angle);
                } else {
                    angles.set(place, angles.get(place).and(angle));
                }
            }
        }
        return new UdacityListing(entries, angles);
    }

    private static String name(DrivingLog.Row row, Camera camera) {
        return switch (camera) {
            case CENTER -> row.center();
            case LEFT -> row.left();
            case RIGHT -> row.right();
        };
    }

    private static Path image(Path root, String name, String where) throws DataException {
        if (name.isEmpty()) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "it names no image");
        }
        String forward = name.replace('\\', '/');
        boolean absolute = forward.startsWith("/") || forward.matches("(?s)[A-Za-z]:/.*");
        if (!absolute) {
            Path path = FolderFiles.inside(root, root, forward, where);
            if (Files.isRegularFile(path)) {
                return path;
            }
        }
        String last = forward.substring(forward.lastIndexOf('/') + 1);
        for (String folder : FOLDERS) {
            Path path = FolderFiles.inside(root, root.resolve(folder), last, where);
            if (Files.isRegularFile(path)) {
                return path;
            }
        }
        return FolderFiles.inside(root, root.resolve(FOLDERS.get(0)), last, where);
    }

    /** A car seen from the left camera stands too far left, and must steer more to the right, which is positive. */
    private static double correction(Camera camera, OptionalDouble offset) {
        return switch (camera) {
            case LEFT -> offset.orElseThrow();
            case RIGHT -> -offset.orElseThrow();
            case CENTER -> 0;
        };
    }

    /**
     * A steering value as the log has it, read when it is asked for.
     *
     * @param correction what the camera's place adds to it
     * @param flaw       why it is none; null if nothing is known against it
     */
    private record Angle(String where, String text, double correction, String flaw) {

        /** The angle of an image that another row names too: they must agree. */
        Angle and(Angle other) {
            if (flaw != null || (text.equals(other.text) && correction == other.correction && other.flaw == null)) {
                return this;
            }
            String known = other.flaw == null ? "its image has another angle at " + where : other.flaw;
            return new Angle(other.where, text, correction, known);
        }

        void check() throws DataException {
            if (flaw != null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, flaw);
            }
        }

        Labels read() throws DataException {
            check();
            double angle = Numbers.parse(text, where + ": steering");
            if (!Float.isFinite((float) angle)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, where + ": steering", angle + " is more than a float holds");
            }
            if (correction == 0) {
                return new Labels.Steering((float) angle);
            }
            if (Math.abs(angle) > 1) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        where + ": steering",
                        angle + " is not in -1 to 1, which the offset of the cameras is a part of");
            }
            return new Labels.Steering((float) Math.max(-1, Math.min(1, angle + correction)));
        }
    }

    private record UdacityListing(EntryList entries, List<Angle> angles) implements Listing {

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public void check(int entry) throws DataException {
            angles.get(entry).check();
        }

        @Override
        public boolean needsImage() {
            return false;
        }

        @Override
        public Labels labels(int entry, ImageHeader image) throws DataException {
            return angles.get(entry).read();
        }

        @Override
        public List<String> classNames(int entry) {
            return List.of();
        }
    }
}
