package org.batchmill.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.dashboard.Dashboard;
import org.batchmill.jobs.dashboard.DashboardOptions;
import org.batchmill.jobs.dashboard.OwnDashboardOptions;
import org.batchmill.records.OptionException;

/** The dashboard of the job that runs, if one was asked for; ends with it. */
final class OwnDashboard implements AutoCloseable {

    private final Dashboard dashboard;

    private OwnDashboard(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    /** @param run the folder in which the job keeps what it makes, which need not be there yet; null where there will be none */
    static OwnDashboard of(OwnDashboardOptions options, Path run, Terminal terminal) throws IOException {
        if (!options.dashboard || run == null) {
            return new OwnDashboard(null);
        }
        Dashboard dashboard = open(run);
        terminal.progress("the run is shown at " + dashboard.address() + " while it goes on");
        return new OwnDashboard(dashboard);
    }

    /** At the usual port, or where another dashboard has that, at any: a training is not refused for it. */
    private static Dashboard open(Path run) throws IOException {
        DashboardOptions where = new DashboardOptions();
        try {
            return Dashboard.open(List.of(run), where);
        } catch (OptionException e) {
            where.port = 0;
            return Dashboard.open(List.of(run), where);
        }
    }

    @Override
    public void close() {
        if (dashboard != null) {
            dashboard.close();
        }
    }
}
