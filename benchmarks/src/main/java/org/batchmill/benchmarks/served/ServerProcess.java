package org.batchmill.benchmarks.served;

import java.io.IOException;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.serve.ServeJob;
import org.batchmill.jobs.serve.ServeOptions;

/** The server of {@link LoaderPeers}: prints its address when it serves, and ends by a signal. Arguments: data, policy, workers, ring. */
final class ServerProcess {

    private ServerProcess() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        DataOptions data = new DataOptions();
        data.data = args[0];
        InputOptions input = new InputOptions();
        input.policy = new PolicyName(args[1]);
        input.workers = Integer.valueOf(args[2]);
        ServeOptions options = new ServeOptions();
        options.bind = "127.0.0.1:0";
        options.ring = Integer.parseInt(args[3]);
        ServeJob[] job = new ServeJob[1];
        job[0] = new ServeJob(data, input, options, new JobListener() {
            @Override
            public void log(String line) {
                if (job[0].address() != null && line.startsWith("batches of ")) {
                    System.out.println(job[0].address());
                }
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(job[0]::requestStop));
        job[0].run();
    }
}
