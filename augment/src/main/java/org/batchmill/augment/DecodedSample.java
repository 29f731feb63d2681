package org.batchmill.augment;

import org.batchmill.augment.pixels.Image;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleId;

/**
 * A sample between decoding and its row: the image, or the numbers, and what is known of it. The pipeline owns it and hands it
 * back to {@link SampleAssembler#release}.
 */
public final class DecodedSample {

    final SampleId id;
    final Labels labels;
    final Image image;
    final Content.Features features;

    /** Of the original, upright, in pixels. */
    final int width;

    final int height;

    /** What the sample's random numbers come from in this epoch. */
    final long key;

    DecodedSample(SampleId id, Labels labels, Image image, int width, int height, long key) {
        this.id = id;
        this.labels = labels;
        this.image = image;
        this.features = null;
        this.width = width;
        this.height = height;
        this.key = key;
    }

    DecodedSample(SampleId id, Labels labels, Content.Features features, long key) {
        this.id = id;
        this.labels = labels;
        this.image = null;
        this.features = features;
        this.width = features.values().length;
        this.height = 1;
        this.key = key;
    }

    /** Its name. */
    public SampleId id() {
        return id;
    }
}
