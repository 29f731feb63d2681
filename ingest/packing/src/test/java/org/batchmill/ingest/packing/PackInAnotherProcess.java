package org.batchmill.ingest.packing;

import java.io.IOException;

/** Packs in a process of its own, which a test kills or starves: the arguments are the data and the prefix. */
final class PackInAnotherProcess {

    private PackInAnotherProcess() {}

    static PackOptions options(String data, String prefix) {
        return PackOptions.of(data, prefix).withShards(4).withSeed(11).withParallelism(2);
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            PackJob.run(options(arguments[0], arguments[1]), PackProgress.Listener.NONE);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }
}
