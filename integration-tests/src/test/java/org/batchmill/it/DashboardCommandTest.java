package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line makes of dashboards; what they show is tested where they are made. */
@Tag("concurrent")
class DashboardCommandTest {

    private static final Pattern ADDRESS = Pattern.compile("shown at (http://127\\.0\\.0\\.1:[0-9]+/)");

    @TempDir
    Path folder;

    @Test
    void shouldShowATrainingAndEndWithIt() throws Exception {
        Path run = folder.resolve("run");

        Command command =
                Command.run("train", "line", "--data", "sample:line", "--epochs", 1, "--run", run, "--dashboard");

        assertThat(command.exitCode()).as(command.err()).isZero();
        Matcher address = ADDRESS.matcher(command.err());
        assertThat(address.find()).as(command.err()).isTrue();
        assertThat(Files.readString(run.resolve("config.yaml"))).doesNotContain("dashboard");
        assertThat(Files.readAllLines(run.resolve("input.jsonl")))
                .last()
                .asString()
                .contains("\"stages\"");
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address.group(1)).toURL().openConnection();
        assertThatThrownBy(connection::getResponseCode).isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldRefuseWhatIsNoFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("metrics.csv"), "step,loss\n");

        Command command = Command.run("dashboard", file, "--port", 0);

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.errors()).singleElement().asString().contains("is no folder");
    }

    @Test
    void shouldRefuseAnAddressThatIsNotThisMachines() {
        Command command = Command.run("dashboard", folder, "--host", "no.such.host.invalid");

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.errors()).singleElement().asString().contains("--host");
    }
}
