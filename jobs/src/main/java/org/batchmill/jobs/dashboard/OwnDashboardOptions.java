package org.batchmill.jobs.dashboard;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** Whether a job shows itself while it lasts. Not thread-safe while it is being filled in. */
public final class OwnDashboardOptions implements OptionGroup {

    @JobOption(
            value = "Show the run in a browser while it goes on, at the address that is printed.",
            ofOneCall = true,
            common = true)
    public boolean dashboard;
}
