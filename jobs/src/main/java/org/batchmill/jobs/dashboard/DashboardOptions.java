package org.batchmill.jobs.dashboard;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** Where a dashboard answers. Not thread-safe while it is being filled in. */
public final class DashboardOptions implements OptionGroup {

    @JobOption(value = "The port; 0 takes one that is free.", label = "N", ofOneCall = true)
    @Within(atLeast = 0, atMost = 65535)
    public int port = 6006;

    @JobOption(
            value = "The address to listen at. Any but this machine's own wants the token that is printed with it.",
            label = "NAME",
            ofOneCall = true)
    public String host = "127.0.0.1";
}
