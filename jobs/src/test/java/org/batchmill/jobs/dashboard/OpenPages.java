package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The pages of a folder's runs in a browser of their own. Closing them fails if the browser had something to complain of. */
final class OpenPages implements AutoCloseable {

    private final Chromium browser;
    private final Dashboard dashboard;

    private OpenPages(Chromium browser, Dashboard dashboard) {
        this.browser = browser;
        this.dashboard = dashboard;
    }

    /** The test is skipped where there is no browser. */
    static OpenPages of(Path folder) throws IOException {
        Chromium browser = Chromium.start();
        browser.emulate(1400, 1000, false);
        DashboardOptions options = new DashboardOptions();
        options.port = 0;
        return new OpenPages(browser, Dashboard.open(List.of(folder), options));
    }

    /** @param page its name, with what stands behind it in an address */
    void show(String page) throws Exception {
        browser.open(dashboard.address() + "#" + page);
    }

    String text(String script, Object... arguments) {
        return browser.text(script, arguments);
    }

    @Override
    public void close() {
        List<String> complaints = browser.complaints();
        browser.close();
        dashboard.close();
        assertThat(complaints).isEmpty();
    }
}
