package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * PASCAL VOC: {@code Annotations/NAME.xml} for {@code JPEGImages/NAME.jpg}, and lists of names in {@code ImageSets/Main/}; also folders
 * of other names, and XML beside the images, all in one folder or in one a list ({@code train/}, {@code valid/}). Where there are lists
 * in {@code ImageSets}, the data set is what they name; else it is every image and every annotation. Names inside the XML are not used,
 * unless two images differ in their suffix alone: they often come from the annotator's machine.
 *
 * <p>A coordinate is divided by the width or height as it is, as other readers of the format do.
 */
final class VocFormat implements FolderFormat {

    @Override
    public boolean fits(Path root) throws IOException {
        return !VocFolders.find(root).isEmpty();
    }

    @Override
    public Listing list(Path root, Path named, FolderOptions options) throws IOException {
        List<VocFolders> parts = VocFolders.find(root);
        if (parts.isEmpty()) {
            throw new DataException(
                    Kind.MISSING,
                    root.toString(),
                    "there are no folders Annotations and JPEGImages, nor XML annotations beside images");
        }
        VocListing listing = new VocListing(root, options.rules());
        for (VocFolders part : parts) {
            listing.add(part);
        }
        return listing;
    }
}
