package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.tune.SearchOptions;
import org.batchmill.jobs.tune.TuneJob;
import org.batchmill.jobs.tune.TuneOptions;
import org.batchmill.jobs.tune.TuneSummary;
import org.batchmill.train.tune.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search for hyper-parameters, by command and from Java. */
class TuneTest {

    @TempDir
    Path folder;

    @Test
    void shouldRankAGridOverBatchSizeAndEpochsByFolds() throws Exception {
        Path run = folder.resolve("grid");
        Object[] words = {
            "tune",
            "table",
            "--data",
            "sample:table",
            "--folds",
            3,
            "--search",
            "batch=20,500",
            "--search",
            "epochs=1,6",
            "--run",
            run,
            "--json"
        };
        Command tune = Command.run(words);
        assertThat(tune.exitCode()).as(tune.err()).isZero();
        JsonNode trials = new ObjectMapper().readTree(tune.out()).get("trials");
        assertThat(trials).hasSize(4);
        JsonNode checkpoints = new ObjectMapper().readTree(tune.out()).get("checkpoints");
        assertThat(checkpoints).hasSize(3).allSatisfy(file -> assertThat(file.asText())
                .contains("batch=20,epochs=6")
                .endsWith("best.ckpt"));
        assertThat(Path.of(checkpoints.get(2).asText())).isNotEmptyFile();
        assertThat(trials.get(0).get("values").get("batch").asText()).isEqualTo("20");
        assertThat(trials.get(0).get("values").get("epochs").asText()).isEqualTo("6");
        assertThat(trials.get(0).get("scores")).hasSize(3);
        assertThat(trials.get(0).get("metric").asDouble())
                .isGreaterThan(trials.get(3).get("metric").asDouble());
        assertThat(Files.readAllLines(run.resolve("results.csv"))).hasSize(5);
        assertThat(run.resolve("tune.png")).isNotEmptyFile();
        assertThat(Files.readString(run.resolve("report.html")))
                .as("the search and its trials on one page")
                .contains("id=\"frozen\"", "search\\n0", "scalars\\n0/trials/");

        assertThat(Command.run(words).exitCode())
                .as("a search is not written over")
                .isEqualTo(2);
        Command again = Command.run("tune", "table", "--run", run, "--resume", "--json");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.out()).isEqualTo(tune.out());
    }

    @Test
    void shouldGoOnWithATrainingThatWasStopped() throws Exception {
        List<Option> searched = List.of(Option.parse("lr=log:1e-4..1e-1"), Option.parse("optimizer=adam|adam:.8,.99"));
        TuneSummary whole = new TuneJob(options("whole", searched, false), JobListener.SILENT).run();
        assertThat(whole.ranking().places()).hasSize(4);

        AtomicReference<TuneJob> job = new AtomicReference<>();
        job.set(new TuneJob(options("cut", searched, false), new JobListener() {
            @Override
            public void log(String line) {
                if (line.contains("fold 0")) {
                    job.get().requestStop();
                }
            }
        }));
        assertThatThrownBy(job.get()::run).isInstanceOf(InterruptedException.class);
        try (Stream<String> results = Files.lines(folder.resolve("cut/results.jsonl"))) {
            assertThat(results.count()).isBetween(1L, 3L);
        }
        TuneSummary cut = new TuneJob(options("cut", searched, true), JobListener.SILENT).run();
        assertThat(cut.ranking()).isEqualTo(whole.ranking());
    }

    private TuneOptions options(String name, List<Option> searched, boolean resume) {
        TrainOptions training = TrainOptions.of(TaskKind.TABLE);
        training.data().data = "sample:table";
        training.optimization().epochs = 2;
        training.run().run = folder.resolve(name);
        training.run().resume = resume;
        SearchOptions search = new SearchOptions();
        search.search = searched;
        search.trials = 4;
        search.cpus = 2;
        return new TuneOptions(training, search);
    }

    @Test
    void shouldRefuseWhatCannotBeSearched() {
        String[][] wrong = {
            {"lrr=1,2", "lrr"}, {"lr=1,x", "--lr cannot be x"}, {"lr", "NAME=VALUES"}, {"batch=1..8", "--trials"}
        };
        for (String[] each : wrong) {
            Command tune = Command.run(
                    "tune", "table", "--data", "sample:table", "--search", each[0], "--run", folder.resolve("x"));
            assertThat(tune.exitCode()).isEqualTo(2);
            assertThat(tune.errors()).singleElement().asString().contains(each[1]);
        }
    }

    @Test
    void shouldSayOnceAndFirstThatFramesOfADriveAreNotHeldOut() {
        Command tune = Command.run(
                "tune",
                "steering",
                "--data",
                folder,
                "--val-share",
                ".2",
                "--search",
                "batch=4,8",
                "--run",
                folder.resolve("x"));
        assertThat(tune.exitCode()).as(tune.err()).isEqualTo(2);
        assertThat(tune.errors()).singleElement().asString().contains("name whole drives with --val");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
