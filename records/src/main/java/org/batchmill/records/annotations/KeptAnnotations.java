package org.batchmill.records.annotations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.image.ImageHeader;

/**
 * VOC's annotations as they were parsed, so that the second epoch does not parse them again, which takes as long as resizing an image. A file that
 * has changed since is read anew, one that is damaged each time. What came first is kept, up to a million boxes, about 100 MB. Safe for use by
 * many threads.
 */
final class KeptAnnotations {

    private static final long MOST_BOXES = 1_000_000;

    /**
     * What a file says.
     *
     * @param width  of the image in pixels; NaN where it is not declared
     * @param height of the image in pixels; NaN where it is not declared
     */
    private record Kept(FileTime modified, long size, double width, double height, List<PixelBox> boxes) {

        boolean isOf(BasicFileAttributes file) {
            return size == file.size() && modified.equals(file.lastModifiedTime());
        }
    }

    private final Map<Path, Kept> all = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();

    /**
     * The boxes in a file, in pixels and not checked against the image.
     *
     * @param image whose size must be the one that is declared, where one is
     * @throws DataException if the file is missing or damaged, of another image, or one of its boxes is bad
     */
    List<PixelBox> boxes(Path file, ImageHeader image) throws IOException {
        BasicFileAttributes now = attributes(file);
        Kept kept = now == null ? null : all.get(file);
        if (kept != null && kept.isOf(now)) {
            DeclaredSize.check(kept.width(), kept.height(), image, file.toString());
            return kept.boxes();
        }
        VocXml xml = VocXml.read(file);
        DeclaredSize.check(xml.width(), xml.height(), image, file.toString());
        List<PixelBox> boxes = List.copyOf(xml.boxes());
        // One without boxes takes as much as one with one.
        if (now != null && count.addAndGet(boxes.size() + 1L) <= MOST_BOXES) {
            all.put(file, new Kept(now.lastModifiedTime(), now.size(), xml.width(), xml.height(), boxes));
        }
        return boxes;
    }

    /** Null of a file that cannot be asked, which whoever reads it tells. */
    private static BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (FileSystemException | UncheckedIOException e) {
            return null;
        }
    }
}
