package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.NativeFloats;

/**
 * What a worker and the rank that holds the parameters tell each other, beside gradients and weights, which follow it.
 *
 * @param kind        what follows, or what happened
 * @param step        updates that the weights are made of
 * @param learnt      what a push holds; {@link Learnt#NOTHING} of other kinds
 * @param stop        whether the worker was asked to stop
 * @param origin      the rank that failed
 * @param text        where the worker stands in the data, or what went wrong
 */
record ParameterMessage(Kind kind, long step, Learnt learnt, boolean stop, int origin, String text) {

    /**
     * What a worker learnt, and how long that took.
     *
     * @param loss        the mean over its rows
     * @param rows        of it
     * @param busyNanos   that it took for them
     * @param waitedNanos of these, waiting for data
     */
    record Learnt(double loss, int rows, long busyNanos, long waitedNanos) {
        static final Learnt NOTHING = new Learnt(0, 0, 0, 0);
    }

    /** Of messages. */
    static final int HEAD = 1;

    /** Of gradients and weights. */
    static final int BODY = 2;

    /** Bytes of a message. */
    private static final int BYTES = 8192;

    /** What a message says. */
    enum Kind {
        /** A worker's gradients follow. */
        PUSH,
        /** A worker had no row in a batch. */
        NOTHING,
        /** A worker's data is at its end. */
        ENDED,
        /** Whoever sends it has failed, or knows who has. */
        FAILED,
        /** A rank was lost. */
        LOST,
        /** Weights follow. */
        WEIGHTS,
        /** A worker is to wait on. */
        WAIT,
        /** The training is over. */
        END,
        /** A worker will push nothing more. */
        BYE,
        /** No worker will: all may leave, which ends what is received of any. */
        LEAVE
    }

    static ParameterMessage of(Kind kind, int origin, String text) {
        return new ParameterMessage(kind, 0, Learnt.NOTHING, false, origin, text);
    }

    static ParameterMessage weights(long step) {
        return new ParameterMessage(Kind.WEIGHTS, step, Learnt.NOTHING, false, 0, "");
    }

    /** Memory for one. */
    static ByteBuffer memory() {
        return ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
    }

    /** All of it, as it is sent. */
    static NativeFloats sent(ByteBuffer memory) {
        return NativeFloats.ofHost(
                memory.duplicate().clear().order(ByteOrder.nativeOrder()).asFloatBuffer());
    }

    void write(ByteBuffer to) {
        byte[] bytes = (kind.name() + '\n' + text).getBytes(StandardCharsets.UTF_8);
        to.clear();
        to.putLong(step).putDouble(learnt.loss).putInt(learnt.rows).putInt(stop ? 1 : 0);
        to.putLong(learnt.busyNanos).putLong(learnt.waitedNanos).putInt(origin).putInt(bytes.length);
        if (bytes.length > to.remaining()) {
            throw new UsageException("a position in the data takes " + bytes.length
                    + " bytes, since so many samples were left out: too many for asynchronous training");
        }
        to.put(bytes);
    }

    static ParameterMessage read(ByteBuffer from) {
        from.clear();
        long step = from.getLong();
        double loss = from.getDouble();
        int rows = from.getInt();
        boolean stop = from.getInt() == 1;
        long busyNanos = from.getLong();
        long waitedNanos = from.getLong();
        int origin = from.getInt();
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        String words = new String(bytes, StandardCharsets.UTF_8);
        int end = words.indexOf('\n');
        return new ParameterMessage(
                Kind.valueOf(words.substring(0, end)),
                step,
                new Learnt(loss, rows, busyNanos, waitedNanos),
                stop,
                origin,
                words.substring(end + 1));
    }
}
