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
import org.batchmill.records.FolderWalk;

/**
 * One drive: {@code epochNN_front.mp4} ({@link VideoNames#SHOWN}) and its {@code epochNN_steering.csv}.
 *
 * @param name  {@code epochNN}; of a video without a log its path below the folder
 * @param video the video
 * @param log   the steering; null for a video that has none
 */
public record DriveEpoch(String name, Path video, Path log) {

    private static final Pattern VIDEO = Pattern.compile("(epoch\\d+)_front\\.(?i:" + VideoNames.SUFFIXES + ")");

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
        return find(folder, new ArrayList<>());
    }

    /** {@link #find(Path)}; videos in containers that are not read are added to {@code foreign}, in the order of their paths. */
    public static List<DriveEpoch> find(Path folder, List<Path> foreign) throws IOException {
        List<Path> videos = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder).sorted()) {
            files.forEach(file -> {
                if (isVideo(file)) {
                    videos.add(file);
                } else if (VideoNames.isForeignVideo(file.getFileName().toString())) {
                    foreign.add(file);
                }
            });
        }
        if (videos.isEmpty()) {
            throw new DataException(
                    Kind.MISSING, folder.toString(), "holds no epochNN_front.mp4 (" + VideoNames.SHOWN + ")");
        }
        return of(videos);
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

    /**
     * The videos of a folder, at any depth, in the order of their paths, without logs. Hidden files are passed over.
     *
     * @param foreign to this those in containers that are not read are added, in the same order
     * @throws DataException if there is none
     */
    public static List<DriveEpoch> unlogged(Path folder, List<Path> foreign) throws IOException {
        List<DriveEpoch> found = new ArrayList<>();
        for (Path file :
                FolderWalk.files(folder, name -> VideoNames.isVideo(name) || VideoNames.isForeignVideo(name))) {
            if (VideoNames.isVideo(file.getFileName().toString())) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                found.add(new DriveEpoch(name, file, null));
            } else {
                foreign.add(file);
            }
        }
        if (found.isEmpty()) {
            String other = foreign.isEmpty() ? "" : "; there is " + foreign.get(0);
            throw new DataException(
                    Kind.MISSING, folder.toString(), "holds no video (" + VideoNames.SHOWN + ")" + other);
        }
        return found;
    }

    /**
     * The video of another camera on the same drive, {@code epochNN_CAMERA} with any of the suffixes of {@link VideoNames}.
     *
     * @throws DataException if it is not there, or there are several
     */
    public Path camera(String camera) throws IOException {
        Pattern its = Pattern.compile(Pattern.quote(name + "_" + camera) + "\\.(?i:" + VideoNames.SUFFIXES + ")");
        try (Stream<Path> files = Files.list(video.toAbsolutePath().getParent())) {
            List<Path> found = files.filter(
                            file -> its.matcher(file.getFileName().toString()).matches())
                    .toList();
            if (found.size() != 1) {
                throw new DataException(
                        found.isEmpty() ? Kind.MISSING : Kind.BAD_ANNOTATION,
                        video.toString(),
                        (found.isEmpty() ? "there is no " : "there are several ") + name + "_" + camera + ".mp4 ("
                                + VideoNames.SHOWN + ") beside it");
            }
            return found.get(0);
        }
    }

    /** The name by which its frames are called: the video's file name, of a video without a log its path below the folder. */
    public String videoName() {
        return log == null ? name : video.getFileName().toString();
    }
}
