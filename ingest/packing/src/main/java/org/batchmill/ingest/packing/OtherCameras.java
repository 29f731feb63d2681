package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;

/** The frames of a drive's other cameras that belong to those of the front camera, which are asked for in order. Used by one thread. */
final class OtherCameras implements AutoCloseable {

    /** Hears of a frame of another camera that does not decode; throws where that is not to be left out. */
    interface Faults {
        void tell(DataException fault) throws DataException;
    }

    private final List<Track> tracks;

    private OtherCameras(List<Track> tracks) {
        this.tracks = tracks;
    }

    /**
     * Opens the cameras that the options name, and finds which frame of each is nearest to each of the front camera's: by index, or by
     * time, within the tolerance of the join.
     *
     * @param times of the front camera's frames, in microseconds after its first
     */
    static OtherCameras open(VideoPackOptions options, DriveEpoch epoch, long[] times, Faults faults)
            throws IOException, InterruptedException {
        OtherCameras opened = new OtherCameras(new ArrayList<>());
        boolean ready = false;
        try {
            for (VideoRecords.Camera camera : options.records().cameras()) {
                Path video = epoch.camera(camera.name());
                long[] its;
                VideoOptions reading;
                try (VideoReader reader = VideoReader.open(video)) {
                    its = reader.frameTimes();
                    reading = VideoOptions.DEFAULT
                            .shape(options.shape(reader.info(), video.toString()))
                            .interlaced(options.records().interlaced());
                }
                int[] partners = options.join().by() == JoinOptions.By.INDEX
                        ? byIndex(times.length, its.length, camera.offset())
                        : byTime(
                                times,
                                its,
                                camera.offset(),
                                options.join().tolerance().toNanos() / 1000);
                opened.tracks.add(new Track(VideoReader.open(video, reading), partners, faults));
            }
            ready = true;
            return opened;
        } finally {
            if (!ready) {
                opened.close();
            }
        }
    }

    private static int[] byIndex(int frames, int its, double offset) {
        int[] partners = new int[frames];
        for (int i = 0; i < frames; i++) {
            long partner = i - Math.round(offset);
            partners[i] = partner >= 0 && partner < its ? (int) partner : -1;
        }
        return partners;
    }

    private static int[] byTime(long[] times, long[] its, double offset, long tolerance) {
        int[] partners = new int[times.length];
        long later = Math.round(offset * 1e6);
        int at = 0;
        for (int i = 0; i < times.length; i++) {
            long time = times[i] - later;
            while (at + 1 < its.length && Math.abs(its[at + 1] - time) <= Math.abs(its[at] - time)) {
                at++;
            }
            partners[i] = its.length > 0 && Math.abs(its[at] - time) <= tolerance ? at : -1;
        }
        return partners;
    }

    /** Whether every camera has a frame that belongs to this one of the front camera. */
    boolean has(int frame) {
        return tracks.stream().allMatch(track -> track.partners[frame] >= 0);
    }

    /** Says for which frames of the front camera there will be a question. Called before the first. */
    void convertOnly(BitSet frames) {
        tracks.forEach(track -> track.convertOnly(frames));
    }

    /**
     * The cameras' frames that belong to one of the front camera, in the order of the options. They are valid until the next call.
     *
     * @return null where one does not decode
     */
    List<VideoFrame> at(int frame) throws IOException, InterruptedException {
        List<VideoFrame> found = new ArrayList<>();
        for (Track track : tracks) {
            VideoFrame its = track.at(frame);
            if (its != null) {
                found.add(its);
            }
        }
        return found.size() == tracks.size() ? found : null;
    }

    @Override
    public void close() {
        tracks.forEach(Track::close);
    }

    /** One camera. */
    private static final class Track {
        private final VideoReader reader;
        private final int[] partners;
        private final Faults faults;
        private VideoFrame held;
        private boolean begun;

        Track(VideoReader reader, int[] partners, Faults faults) {
            this.reader = reader;
            this.partners = partners;
            this.faults = faults;
        }

        void convertOnly(BitSet frames) {
            BitSet wanted = new BitSet();
            frames.stream()
                    .map(frame -> partners[frame])
                    .filter(partner -> partner >= 0)
                    .forEach(wanted::set);
            reader.convertOnly(number -> wanted.get((int) number));
        }

        VideoFrame at(int frame) throws IOException, InterruptedException {
            int wanted = partners[frame];
            if (!begun) {
                begun = true;
                if (wanted > 0) {
                    reader.seek(wanted);
                }
            }
            boolean more = true;
            while (more && (held == null || held.number() < wanted)) {
                try {
                    VideoFrame next = reader.next();
                    more = next != null;
                    hold(next);
                } catch (DataException e) {
                    faults.tell(e);
                }
            }
            return held != null && held.number() == wanted ? held : null;
        }

        private void hold(VideoFrame next) {
            if (held != null) {
                held.close();
            }
            held = next;
        }

        void close() {
            hold(null);
            reader.close();
        }
    }
}
