package org.batchmill.jobs.gang;

import java.io.IOException;
import java.io.OutputStream;

/** How who started a process asks it to end behind a checkpoint: by a line on its standard input. Stateless. */
public final class StopLine {

    private StopLine() {}

    /** Asks; nothing happens if it has ended. */
    public static void send(Process process) {
        try {
            OutputStream in = process.getOutputStream();
            in.write('\n');
            in.flush();
        } catch (IOException e) {
            // It has ended.
        }
    }
}
