package org.batchmill.flight;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.batches.served.ConsumerLine;

/** A consumer that says what it wants: lines are the metadata of messages both ways, and rows come with the line that gives them. */
final class ExchangeLine implements ConsumerLine {

    private static final int LOOK_MILLIS = 200;

    private final String from;
    private final Inbox said;
    private final StreamedRows rows;

    ExchangeLine(String from, Inbox said, StreamedRows rows) {
        this.from = from;
        this.said = said;
        this.rows = rows;
    }

    @Override
    public String from() {
        return from;
    }

    @Override
    public String next(int millis) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!rows.gone()) {
            try (Inbox.Message message = said.next(LOOK_MILLIS)) {
                if (message != null) {
                    return message.line();
                }
            }
            if (millis > 0 && System.nanoTime() - begin >= millis * 1_000_000L) {
                throw new SocketTimeoutException("it says nothing");
            }
        }
        return null;
    }

    @Override
    public void say(String line) throws IOException {
        rows.say(line);
    }

    @Override
    public void give(String line, ByteBuffer slot, RowRange range, List<String> ids) throws IOException {
        rows.give(line, slot, range, ids);
    }

    @Override
    public boolean gone() {
        return rows.gone() || said.ended();
    }
}
