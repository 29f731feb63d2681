package org.batchmill.jobs.pack;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** What {@link VerifyRecordsJob} does beside reading. Not thread-safe while it is being filled in. */
public final class VerifyOptions implements OptionGroup {

    @JobOption(value = "Copy what is intact to a new file.", label = "OUT")
    public Path repair;
}
