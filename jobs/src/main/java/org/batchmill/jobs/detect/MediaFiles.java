package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.records.DataException;
import org.batchmill.records.FolderWalk;
import org.batchmill.records.OptionException;
import org.batchmill.video.VideoNames;

/**
 * What there is to be looked at in a place.
 *
 * @param videos  that are read, by their path
 * @param images  whether there are images; where there are no videos either, they are looked for, and missed
 * @param foreign videos that are in containers that are not read
 */
record MediaFiles(List<Path> videos, boolean images, List<Path> foreign) {

    /**
     * @param place a file or a folder
     * @throws OptionException if there is no place
     * @throws DataException   if all that there is are videos in containers that are not read
     */
    static MediaFiles of(Path place) throws IOException {
        if (place == null) {
            throw new OptionException("{images} is missing: what is to be looked at?");
        }
        Map<Boolean, List<Path>> found = files(place).stream()
                .collect(Collectors.partitioningBy(
                        file -> VideoNames.isVideo(file.getFileName().toString())));
        List<Path> videos = found.get(true);
        List<Path> foreign = found.get(false);
        boolean nothing = videos.isEmpty() && foreign.isEmpty();
        boolean images = nothing || ImageFolder.holdsImages(place);
        if (videos.isEmpty() && !images) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED,
                    foreign.get(0).toString(),
                    "a video in a container that is not read, only " + VideoNames.SHOWN);
        }
        return new MediaFiles(videos, images, foreign);
    }

    /** A video itself, or those below a folder by name. */
    private static List<Path> files(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            return FolderWalk.files(place, name -> VideoNames.isVideo(name) || VideoNames.isForeignVideo(name));
        }
        boolean foreign = Files.isRegularFile(place)
                && VideoNames.isForeignVideo(place.getFileName().toString());
        return foreign || VideoDetection.isVideo(place) ? List.of(place) : List.of();
    }
}
