package org.batchmill.video;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Where each frame of a video is, from one pass over its packets without decoding. Containers know where key frames are, and some
 * only roughly; a frame's number is the rank of its time stamp among all packets, which no container stores.
 *
 * <p>Streams without time stamps (some avi) count packets instead; where they also reorder frames, decoding starts at the
 * beginning of the file, because nothing else tells which frame a packet becomes.
 */
final class PacketIndex {

    private final int packets;
    private final long[] pts;
    private final long[] dts;
    private final int[] keys;
    private final Map<Long, Integer> keyByPosition = new HashMap<>();
    private final boolean timed;
    private final boolean reorders;
    /** Time stamps in the order of showing, and the packet of each. */
    private final long[] shown;

    private final int[] packetOfFrame;

    private PacketIndex(
            int packets,
            long[] pts,
            long[] dts,
            long[] positions,
            boolean[] key,
            boolean[] hidden,
            boolean carriesTimes,
            boolean reorders) {
        this.packets = packets;
        this.pts = pts;
        this.dts = dts;
        this.reorders = reorders;
        int[] keyPackets = new int[packets];
        int keyCount = 0;
        boolean allTimed = carriesTimes;
        for (int i = 0; i < packets; i++) {
            allTimed &= pts[i] != avutil.AV_NOPTS_VALUE;
            if (key[i]) {
                keyPackets[keyCount++] = i;
                keyByPosition.putIfAbsent(positions[i], i);
            }
        }
        this.keys = Arrays.copyOf(keyPackets, keyCount);
        this.timed = allTimed;
        Integer[] order = new Integer[packets];
        int frames = 0;
        for (int i = 0; i < packets; i++) {
            if (!hidden[i]) {
                order[frames++] = i;
            }
        }
        if (timed) {
            Arrays.sort(order, 0, frames, (a, b) -> Long.compare(pts[a], pts[b]));
        }
        this.shown = new long[frames];
        this.packetOfFrame = new int[frames];
        for (int i = 0; i < frames; i++) {
            packetOfFrame[i] = order[i];
            shown[i] = pts[order[i]];
        }
    }

    /** Reads all packets. A file that is cut is indexed as far as it goes. */
    static PacketIndex of(Demuxer demuxer, String file, long maxFrames) throws IOException {
        long[] pts = new long[1024];
        long[] dts = new long[1024];
        long[] positions = new long[1024];
        boolean[] key = new boolean[1024];
        boolean[] hidden = new boolean[1024];
        LeadingPackets leading = new LeadingPackets();
        int n = 0;
        while (true) {
            AVPacket packet;
            try {
                packet = demuxer.read();
            } catch (DataException e) {
                packet = null; // the reader meets it again, at the frame where it happens
            }
            if (packet == null) {
                break;
            }
            if (n >= maxFrames) {
                avcodec.av_packet_free(packet);
                throw new DataException(Kind.TOO_LARGE, file, "more than " + maxFrames + " frames");
            }
            if (n == pts.length) {
                pts = Arrays.copyOf(pts, 2 * n);
                dts = Arrays.copyOf(dts, 2 * n);
                positions = Arrays.copyOf(positions, 2 * n);
                key = Arrays.copyOf(key, 2 * n);
                hidden = Arrays.copyOf(hidden, 2 * n);
            }
            pts[n] = packet.pts();
            dts[n] = packet.dts();
            positions[n] = packet.pos();
            key[n] = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
            hidden[n] = !leading.isShown(packet);
            n++;
            avcodec.av_packet_free(packet);
        }
        return new PacketIndex(n, pts, dts, positions, key, hidden, demuxer.timed(), demuxer.reorders());
    }

    /** How many frames are shown. */
    int frames() {
        return shown.length;
    }

    /** Whether frames have time stamps. */
    boolean timed() {
        return timed;
    }

    /** The number of the frame with this time stamp; -1 where there is none. */
    int frameAt(long timeStamp) {
        int found = Arrays.binarySearch(shown, timeStamp);
        return found < 0 ? -1 : found;
    }

    /** The number of the frame that is shown at a time stamp: the last one at or before it, at least 0. */
    int frameShownAt(long timeStamp) {
        int found = Arrays.binarySearch(shown, timeStamp);
        return found >= 0 ? found : Math.max(0, -found - 2);
    }

    /** The time stamp of a frame. */
    long timeStamp(int frame) {
        return shown[frame];
    }

    /** The frames that key packets become, ascending. */
    int[] keyFrames() {
        Set<Integer> keyPackets = new HashSet<>();
        for (int key : keys) {
            keyPackets.add(key);
        }
        return IntStream.range(0, shown.length)
                .filter(frame -> keyPackets.contains(packetOfFrame[frame]))
                .toArray();
    }

    /** The packet at which decoding must start so that a frame comes out right: a key frame that is shown no later. */
    int startFor(int frame) {
        int packet = packetOfFrame[frame];
        if (!timed) {
            return reorders ? 0 : keyAtOrBefore(packet);
        }
        int key = keyAtOrBefore(packet);
        while (key > 0 && pts[key] > pts[packet]) {
            key = keyAtOrBefore(key - 1);
        }
        return key;
    }

    /** How many frames lie before a packet in a stream that is counted, not timed. */
    int framesBefore(int packet) {
        int found = Arrays.binarySearch(packetOfFrame, packet);
        return found >= 0 ? found : -found - 1;
    }

    int keyBefore(int packet) {
        return packet == 0 ? 0 : keyAtOrBefore(packet - 1);
    }

    private int keyAtOrBefore(int packet) {
        int found = Arrays.binarySearch(keys, packet);
        int index = found >= 0 ? found : -found - 2;
        return index < 0 ? 0 : keys[index];
    }

    /** What to ask the container for to come to a packet. */
    long seekTime(int packet) {
        return dts[packet] != avutil.AV_NOPTS_VALUE ? dts[packet] : pts[packet];
    }

    /** Which key packet this is; one behind the last where it is none that is known. */
    int packetAt(long position, long timeStamp) {
        Integer packet = keyByPosition.get(position);
        return packet != null && pts[packet] == timeStamp ? packet : packets;
    }
}
