package org.batchmill.flight;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.batchmill.queues.threads.WorkerThread;

/**
 * What comes on a stream, which a thread of its own reads: so it can be waited for with a limit. It reads few messages ahead; what is not read
 * stays with the sender. {@link #next} is for one thread.
 */
final class Inbox implements AutoCloseable {

    private static final int AHEAD = 2;

    /**
     * What was said, and what came with it.
     *
     * @param line null at the end of the stream
     * @param rows null for none; whoever takes the message closes them
     * @param end  why the stream ended; null if the other side has said all, and if it goes on
     */
    record Message(String line, ArrowRecordBatch rows, Throwable end) implements AutoCloseable {
        private static Message ended(Throwable why) {
            return new Message(null, null, why);
        }

        @Override
        public void close() {
            if (rows != null) {
                rows.close();
            }
        }
    }

    private final FlightStream stream;
    private final BlockingQueue<Message> read = new ArrayBlockingQueue<>(AHEAD);
    private final WorkerThread reader;
    private volatile boolean ended;
    private volatile boolean closed;

    /** @param name of the thread */
    Inbox(String name, FlightStream stream) {
        this.stream = stream;
        this.reader = WorkerThread.start(name, this::read, failure -> ended = true);
    }

    private void read() throws InterruptedException {
        Message end = Message.ended(null);
        try {
            while (stream.next()) {
                keep(new Message(line(), stream.hasRoot() ? rows() : null, null));
            }
        } catch (FlightRuntimeException e) {
            end = Message.ended(e);
        } catch (InterruptedException e) {
            throw e;
        } catch (RuntimeException e) { // FlightStream wraps interrupts, too
            end = Message.ended(e);
        }
        ended = true;
        if (!closed) { // else nobody makes room for it, and the interrupt may be the one that ended the stream
            read.put(end);
        }
    }

    private void keep(Message message) throws InterruptedException {
        boolean kept = false;
        try {
            read.put(message);
            kept = true;
        } finally {
            if (!kept) {
                message.close();
            }
        }
    }

    private String line() {
        ArrowBuf metadata = stream.getLatestMetadata();
        if (metadata == null) {
            return "";
        }
        byte[] bytes = new byte[Math.toIntExact(metadata.readableBytes())];
        metadata.getBytes(metadata.readerIndex(), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private ArrowRecordBatch rows() {
        return stream.getRoot().getRowCount() == 0 ? null : new VectorUnloader(stream.getRoot()).getRecordBatch();
    }

    /**
     * The next message; the last one has no line, and comes again and again.
     *
     * @param millis how long to wait
     * @return null if none came in time
     */
    Message next(long millis) throws InterruptedException {
        Message message = read.poll(millis, TimeUnit.MILLISECONDS);
        if (message == null && !reader.isAlive()) {
            message = read.poll();
            return message == null ? Message.ended(reader.death()) : message;
        }
        return message;
    }

    /** Whether nothing comes any more but what was read already. */
    boolean ended() {
        return ended;
    }

    /** Ends the thread; the stream is the caller's. */
    @Override
    public void close() {
        closed = true; // first: a stream takes the interrupt for itself
        reader.interrupt();
        reader.joinFully(Long.MAX_VALUE);
        for (Message left = read.poll(); left != null; left = read.poll()) {
            left.close();
        }
    }
}
