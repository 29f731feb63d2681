package org.batchmill.ingest.packing;

import java.io.Serializable;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.video.DriveEpoch;

/**
 * A run of frames of one video that becomes one shard, or, in a preprocessing run, one video or one folder of frames.
 *
 * @param drive      its name
 * @param video      the video
 * @param log        its log; null where it has none
 * @param from       first frame
 * @param to         frame behind the last
 * @param split      the part of the data set, empty where there are none
 * @param shard      the file's name
 * @param thumbnails how many small images of it the contact sheet gets
 */
record VideoPart(String drive, String video, String log, int from, int to, String split, String shard, int thumbnails)
        implements Serializable {

    static VideoPart of(VideoPlan.Run run, String split, String shard, int thumbnails) {
        DriveEpoch epoch = run.epoch();
        return new VideoPart(
                epoch.name(),
                epoch.video().toString(),
                epoch.log() == null ? null : epoch.log().toString(),
                run.from(),
                run.to(),
                split,
                shard,
                thumbnails);
    }

    DriveEpoch epoch() {
        return new DriveEpoch(drive, Places.of(video), log == null ? null : Places.of(log));
    }
}
