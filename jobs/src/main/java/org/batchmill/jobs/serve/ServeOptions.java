package org.batchmill.jobs.serve;

import java.nio.file.Path;
import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.jobs.options.Within;

/** What {@link ServeJob} serves, and where. Not thread-safe while it is being filled in. */
public final class ServeOptions implements OptionGroup {

    /** What becomes of samples of an epoch that do not fill a batch. */
    public enum Last {
        /** They are left out: all batches are of one size, which shards need. */
        DROP,
        /** They make a smaller batch. */
        KEEP
    }

    @JobOption(
            value = "Where consumers of this machine ask; port 0 takes any that is free.",
            label = "HOST:PORT",
            common = true)
    public String bind = "127.0.0.1:7070";

    @JobOption(
            value =
                    "Where consumers of other machines ask, by Arrow Flight; any address but this machine's own wants a token.",
            label = "HOST:PORT",
            common = true)
    public String flight;

    @JobOption(
            value = "For --flight: a PEM file with the certificate, and its chain.",
            label = "FILE",
            form = TextForms.LocalPath.class)
    public Path tlsCertificate;

    @JobOption(
            value = "For --flight: a PEM file with the certificate's key, PKCS#8, not encrypted.",
            label = "FILE",
            form = TextForms.LocalPath.class)
    public Path tlsKey;

    @JobOption(
            value = "For --flight: holds the word that consumers have to know.",
            label = "FILE",
            otherwise = "drawn and printed where one is wanted",
            form = TextForms.LocalPath.class)
    public Path tokenFile;

    @JobOption(value = "Of the batch's images, in pixels.", label = "HxW", common = true)
    public PixelSize size = new PixelSize(448, 448);

    @JobOption(value = "Samples of an epoch that fill no batch: drop or keep.", label = "L", common = true)
    public Last last = Last.DROP;

    @JobOption(value = "A row has room for so many boxes; what is more is left out, with a warning.", label = "N")
    @Within(atLeast = 1)
    public int maxBoxes = 100;

    @JobOption(value = "Batches that fit into the shared memory, those that consumers hold included.", label = "N")
    @Within(atLeast = 2)
    public int ring = 8;

    @JobOption(
            value = "Where the shared memory is a file: a folder in memory.",
            label = "DIR",
            form = TextForms.LocalPath.class)
    public Path ringFolder = Path.of("/dev/shm");
}
