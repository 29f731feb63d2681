package org.batchmill.jobs.samples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.UsageException;

/** Writes a data set that is drawn. Stateless. */
public final class SampleJob {

    private SampleJob() {}

    /**
     * Draws images with boxes as VOC ({@code shapes}), or drives along roads as videos with steering logs ({@code road}).
     *
     * @param folder made if it is not there
     * @return what was written, for people
     * @throws UsageException if there is no such kind
     */
    public static String run(String kind, Path folder, SampleOptions options, JobListener listener)
            throws IOException, InterruptedException {
        switch (kind) {
            case "shapes" -> ShapesDataSet.write(folder, options.count, options.seed, listener);
            case "road" -> RoadDataSet.write(folder, options.count, options.seed, listener);
            default -> throw UsageException.unknownName("drawn data set", kind, List.of("shapes", "road"));
        }
        return "wrote " + options.count + (kind.equals("road") ? " frames" : " images") + " and their labels to "
                + folder;
    }
}
