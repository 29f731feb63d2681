package org.batchmill.train.events;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.records.tfrecord.Compression;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.protobuf.Message;

/**
 * Writes an event file, which TensorBoard reads while it grows: a TFRecord file of Event messages. Used by one thread at a time.
 */
public final class EventWriter implements Closeable {

    private static final int SUMMARY_VALUE = 1;
    private static final int METADATA = 9;
    private static final int SESSION_LOG = 7;
    private static final int STATUS = 1;
    private static final int START = 1;

    /** What the names of all event files begin with. */
    public static final String PREFIX = "events.out.tfevents.";

    private final Path folder;
    private Path file;
    private TfRecordWriter records;

    private EventWriter(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes a new file {@code events.out.tfevents.SECONDS.HOST.PID.N} in a folder. Both are made with the first event: a training that
     * is refused before its first step leaves none.
     */
    public static EventWriter in(Path folder) {
        return new EventWriter(folder);
    }

    private TfRecordWriter opened() throws IOException {
        if (records == null) {
            file = fresh();
            records = TfRecordWriter.to(GrowingFile.create(file), Compression.NONE);
            write(new Message().number(1, now()).text(3, "brain.Event:2"));
            flush();
        }
        return records;
    }

    private Path fresh() throws IOException {
        Files.createDirectories(folder);
        String start = String.format(
                Locale.ROOT,
                "%s%010d.%s.%d.",
                PREFIX,
                Instant.now().getEpochSecond(),
                host(),
                ProcessHandle.current().pid());
        int serial = 0;
        while (Files.exists(folder.resolve(start + serial))) {
            serial++;
        }
        return folder.resolve(start + serial);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    /**
     * A session begins, or goes on from a checkpoint: what files of this folder say of this step and later ones is done again, and
     * TensorBoard drops it.
     */
    public void started(long step) throws IOException {
        Message session = new Message().integer(STATUS, START);
        write(new Message().number(1, now()).integer(2, step).message(SESSION_LOG, session));
    }

    /** The file; null before the first event. */
    public Path file() {
        return file;
    }

    /** A number. */
    public void scalar(String tag, double value, long step) throws IOException {
        summary(step, new Message().text(1, tag).number(2, (float) value));
    }

    /** How values are spread. */
    public void histogram(String tag, float[] values, long step) throws IOException {
        histogram(tag, Histogram.of(values), step);
    }

    void histogram(String tag, Histogram histogram, long step) throws IOException {
        summary(step, new Message().text(1, tag).message(5, histogram.toMessage()));
    }

    /**
     * An image.
     *
     * @param channels 1 for grey, 3 for RGB
     * @param png      the encoded file
     */
    public void image(String tag, int height, int width, int channels, byte[] png, long step) throws IOException {
        Message image = new Message()
                .integer(1, height)
                .integer(2, width)
                .integer(3, channels)
                .bytes(4, png);
        summary(step, new Message().text(1, tag).message(4, image));
    }

    /**
     * The network, for the graph view.
     *
     * @param loss what training makes small; null for none
     */
    public void graph(Network network, Loss loss) throws IOException {
        write(new Message()
                .number(1, now())
                .bytes(4, GraphMessage.of(network, loss).toBytes()));
    }

    /**
     * The hyper-parameters of this run: numbers, booleans or texts by name.
     *
     * @param metrics tags of scalars that runs are compared by
     */
    public void hyperParameters(Map<String, Object> parameters, List<String> metrics) throws IOException {
        metadata("_hparams_/experiment", HyperParameters.experiment(parameters, metrics, now()));
        metadata("_hparams_/session_start_info", HyperParameters.start(parameters, now()));
    }

    /** How the run whose {@link #hyperParameters} were written has ended. */
    public void ended(boolean success) throws IOException {
        metadata("_hparams_/session_end_info", HyperParameters.end(success, now()));
    }

    private void metadata(String tag, Message metadata) throws IOException {
        summary(0, new Message().text(1, tag).message(METADATA, metadata));
    }

    private void summary(long step, Message value) throws IOException {
        write(new Message().number(1, now()).integer(2, step).message(5, new Message().message(SUMMARY_VALUE, value)));
    }

    private void write(Message event) throws IOException {
        opened().write(event.toBytes());
    }

    /** Hands everything to the operating system, for TensorBoard to see. */
    public void flush() throws IOException {
        if (records != null) {
            records.flush();
        }
    }

    @Override
    public void close() throws IOException {
        if (records != null) {
            records.flush();
            records.close();
        }
    }
}
