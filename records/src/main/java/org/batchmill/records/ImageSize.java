package org.batchmill.records;

import java.util.Optional;
import org.batchmill.records.image.ImageHeader;

/** The size of an upright image in pixels. */
public record ImageSize(int width, int height) {

    /**
     * The size of what a sample shows; empty for numbers, which are no image. Of an encoded image only the header is read.
     *
     * @param where names the sample, for errors
     * @throws DataException if the header makes no sense
     */
    public static Optional<ImageSize> of(Content content, String where) throws DataException {
        return content.accept(new Content.Visitor<Optional<ImageSize>, DataException>() {
            @Override
            public Optional<ImageSize> encodedImage(Content.EncodedImage image) throws DataException {
                ImageHeader header = ImageHeader.read(image.bytes(), where);
                return Optional.of(new ImageSize(header.uprightWidth(), header.uprightHeight()));
            }

            @Override
            public Optional<ImageSize> rawImage(Content.RawImage image) {
                return Optional.of(new ImageSize(image.width(), image.height()));
            }

            @Override
            public Optional<ImageSize> features(Content.Features row) {
                return Optional.empty();
            }
        });
    }
}
