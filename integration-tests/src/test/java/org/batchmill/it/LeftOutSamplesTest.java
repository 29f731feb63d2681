package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad samples that are left out make a run shorter: when each sample was met once, the plan is that of the good ones. */
class LeftOutSamplesTest {

    private static final int BAD = 14;

    @TempDir
    Path folder;

    @Test
    void shouldPlanForTheGoodOnesFromTheSecondEpochOnAlsoWhenResumed() throws Exception {
        Path images = folder.resolve("images");
        DrawnClasses.write(images, 12, 1);
        try (Stream<Path> all = Files.walk(images)) {
            for (Path image :
                    all.filter(Files::isRegularFile).sorted().limit(BAD).toList()) {
                Files.write(image, new byte[] {(byte) 0x89, 'P', 'N', 'G'});
            }
        }
        Path whole = folder.resolve("whole");
        Command run = train(images, whole);
        assertThat(run.exitCode()).as(run.err()).isZero();
        // 58 of 72 make 22 batches in three epochs, not 27.
        List<Double> rates = rates(whole);
        assertThat(rates).hasSize(22);
        assertThat(rates.subList(0, 9)).allSatisfy(rate -> assertThat(rate).isGreaterThan(.006));
        assertThat(rates.get(21)).isLessThan(.0003);
        assertThat(run.out()).contains("\"steps\":22").contains("\"skipped\":" + BAD);

        Path cut = folder.resolve("cut");
        Files.createDirectories(cut.resolve("checkpoints"));
        for (String file : List.of("checkpoints/step-000000012.ckpt", "metrics.csv", "config.yaml", "skipped.jsonl")) {
            Files.copy(whole.resolve(file), cut.resolve(file));
        }
        Command resumed = Command.run("train", "classify", "--run", cut, "--resume", "--json");
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(rates(cut)).isEqualTo(rates);
        Map<String, float[]> learnt = parameters(whole);
        assertThat(parameters(cut).keySet()).isEqualTo(learnt.keySet());
        parameters(cut).forEach((name, values) -> assertThat(values).as(name).isEqualTo(learnt.get(name)));
    }

    private static Map<String, float[]> parameters(Path run) throws IOException {
        return CheckpointFile.read(run.resolve("checkpoints/step-000000022.ckpt"))
                .parameters();
    }

    private static Command train(Path images, Path run) {
        return Command.run(
                "train",
                "classify",
                "--data",
                images,
                "--model",
                "lenet5",
                "--run",
                run,
                "--batch",
                8,
                "--epochs",
                3,
                "--schedule",
                "cosine",
                "--lr",
                .01,
                "--on-error",
                "skip",
                "--checkpoint-steps",
                4,
                "--keep",
                100,
                "--json");
    }

    private static List<Double> rates(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.csv")).stream()
                .skip(1)
                .map(line -> line.split(",", -1)[2])
                .filter(rate -> !rate.isEmpty())
                .map(Double::valueOf)
                .toList();
    }
}
