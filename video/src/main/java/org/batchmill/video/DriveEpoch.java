package org.batchmill.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * One drive: {@code epochNN_front.mp4} (or mkv, mov, webm, avi) and its {@code epochNN_steering.csv}.
 *
 * @param name  {@code epochNN}
 * @param video the video
 * @param log   the steering
 */
public record DriveEpoch(String name, Path video, Path log) {

    private static final Pattern VIDEO = Pattern.compile("(epoch\\d+)_front\\.(mp4|mkv|mov|webm|avi)");

    /** Whether a file is called as the video of a drive is. */
    public static boolean isVideo(Path file) {
        return VIDEO.matcher(file.getFileName().toString()).matches();
    }

    /**
     * The drives of a folder, in the order of their names.
     *
     * @throws DataException if there is none, or a video has no log, or two videos share one
     */
    public static List<DriveEpoch> find(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> videos = files.filter(file ->
                            isVideo(file) && !file.getFileName().toString().startsWith("."))
                    .toList();
            if (videos.isEmpty()) {
                throw new DataException(
                        Kind.MISSING, folder.toString(), "holds no epochNN_front.mp4 (or mkv, mov, webm, avi)");
            }
            return of(videos);
        }
    }

    /**
     * The drives of these videos, in the order of their names.
     *
     * @throws DataException if a video is called otherwise or has no log, or two videos share one
     */
    public static List<DriveEpoch> of(List<Path> videos) throws DataException {
        List<DriveEpoch> found = new ArrayList<>();
        Set<Path> logs = new HashSet<>();
        for (Path video : videos.stream().sorted().toList()) {
            Matcher matcher = VIDEO.matcher(video.getFileName().toString());
            if (!matcher.matches()) {
                throw new DataException(
                        Kind.UNSUPPORTED, video.toString(), "the video of a drive is called epochNN_front.mp4");
            }
            Path log = video.resolveSibling(matcher.group(1) + "_steering.csv");
            if (!Files.isRegularFile(log)) {
                throw new DataException(
                        Kind.MISSING, video.toString(), "its log " + log.getFileName() + " is not there");
            }
            if (!logs.add(log)) {
                throw new DataException(Kind.BAD_ANNOTATION, log.toString(), "two videos share this log");
            }
            found.add(new DriveEpoch(matcher.group(1), video, log));
        }
        return found;
    }

    /** The name by which its frames are called: the video's file name. */
    public String videoName() {
        return video.getFileName().toString();
    }
}
