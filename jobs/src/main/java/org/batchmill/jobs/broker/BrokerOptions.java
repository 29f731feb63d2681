package org.batchmill.jobs.broker;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.jobs.options.Within;

/** Where {@link BrokerJob} runs. Not thread-safe while it is being filled in. */
public final class BrokerOptions implements OptionGroup {

    @JobOption(value = "Where it listens on this machine.", label = "N")
    @Within(atLeast = 1, atMost = 65535)
    public int port = 9092;

    @JobOption(value = "A port for its own use.", label = "N", otherwise = "the one behind --port")
    @Within(atLeast = 1, atMost = 65535)
    public Integer controllerPort;

    @JobOption(
            value = "The folder of its messages and its log, taken up again if it is there.",
            label = "DIR",
            form = TextForms.LocalPath.class)
    public Path folder = Path.of("out", "broker");
}
