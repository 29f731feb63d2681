package org.batchmill.jobs.detect;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.augment.transform.Fit;
import org.batchmill.jobs.options.EngineOptions;

/**
 * What {@link DetectJob} is asked to do.
 *
 * @param checkpoint a checkpoint or a run folder
 * @param pictures   a picture, a video, or a folder of them
 * @param out        the folder for pictures and videos with boxes drawn, or, for one video, the video to write; null for none
 * @param decode     how outputs become boxes: {@code darknet} or {@code vehicle}
 * @param classes    only these; empty for all
 * @param threshold  the least score; null for that of {@code decode}, for pictures people look at .25
 * @param nms        boxes of a class that overlap more than this are one; null for that of {@code decode}
 * @param crop       the part of the picture that is looked at, in pixels; null for all of it
 * @param fit        how that part is brought to the network's input: as in training
 */
public record DetectOptions(
        Path checkpoint,
        Path pictures,
        Path out,
        String decode,
        List<String> classes,
        Double threshold,
        Double nms,
        CropWindow crop,
        Fit fit,
        EngineOptions engine) {

    public DetectOptions {
        classes = List.copyOf(classes);
    }
}
