package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/** Writes images into a folder a class, their bytes as they are, each file atomically. Stateless. */
public final class ClassFolderWriter {

    private ClassFolderWriter() {}

    /**
     * Writes one image to {@code CLASS/ID}; an id that begins with its class keeps its place. A file of that name is replaced.
     *
     * @param top the data set's folder, or the folder of one of its lists
     * @return where it was written
     * @throws UsageException if the sample is no encoded image with one class, or the class cannot be a folder
     * @throws org.batchmill.records.DataException if the id leads out of the folder, or the bytes are no image
     */
    public static Path write(Path top, Sample sample) throws IOException {
        if (!(sample.content() instanceof Content.EncodedImage image)
                || !(sample.labels() instanceof Labels.ClassLabel label)) {
            throw new UsageException(sample.id() + ": only encoded images with one class go into class folders");
        }
        String name = label.className();
        if (name.isBlank() || name.startsWith(".") || name.matches("(?s).*[/\\\\].*")) {
            throw new UsageException(sample.id() + ": the class \"" + name + "\" cannot be the name of a folder");
        }
        ByteBuffer bytes = image.bytes();
        String id = sample.id().value();
        String below = id.startsWith(name + "/") ? id.substring(name.length() + 1) : id;
        Path folder = top.resolve(name);
        Path file = FolderFiles.inside(folder, folder, below, id);
        if (!FolderFiles.isImage(file)) {
            file = file.resolveSibling(file.getFileName() + "."
                    + ImageHeader.read(bytes, id).format().word());
        }
        Files.createDirectories(file.getParent());
        try (PendingFile target = Storage.of(file).create(file)) {
            target.write(bytes);
            target.commit();
        }
        return file;
    }
}
