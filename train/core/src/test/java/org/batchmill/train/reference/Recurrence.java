package org.batchmill.train.reference;

import java.util.List;

/** What goes on of the frames that a recurrent layer puts out: all up to the sample's end, or the one there. */
final class Recurrence extends JavaLayer {

    private final JavaLayer.Single frames;
    private final int units;
    private final int time;
    private final boolean sequences;
    private double[] lengths;

    /** @param frames gives the output of each frame, whatever the samples' lengths: what lies behind an end has no part in what is before */
    Recurrence(String name, JavaLayer.Single frames, int units, int time, boolean sequences) {
        super(name);
        this.frames = frames;
        this.units = units;
        this.time = time;
        this.sequences = sequences;
    }

    @Override
    double[] forward(List<double[]> in, int rows, Pass pass) {
        lengths = in.size() > 1 ? in.get(1) : null;
        double[] all = frames.forward(in.get(0), rows, pass);
        double[] out = new double[sequences ? all.length : all.length / time];
        for (int frame = 0; frame < all.length / units; frame++) {
            int to = place(frame);
            if (to >= 0) {
                System.arraycopy(all, frame * units, out, to * units, units);
            }
        }
        return out;
    }

    @Override
    List<double[]> backward(double[] outGradient) {
        double[] all = new double[sequences ? outGradient.length : outGradient.length * time];
        for (int frame = 0; frame < all.length / units; frame++) {
            int from = place(frame);
            if (from >= 0) {
                System.arraycopy(outGradient, from * units, all, frame * units, units);
            }
        }
        double[] byFrames = frames.backwardOne(all);
        return lengths == null ? List.of(byFrames) : List.of(byFrames, new double[lengths.length]);
    }

    /** Which vector of the output a frame's is; -1 for none. */
    private int place(int frame) {
        int row = frame / time;
        int length = lengths == null ? time : (int) lengths[row];
        if (sequences) {
            return frame % time < length ? frame : -1;
        }
        return frame % time == length - 1 ? row : -1;
    }
}
