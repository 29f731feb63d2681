package org.batchmill.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.batchmill.records.OptionException;
import org.batchmill.train.engine.MemoryLimit;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of options as texts, there and back. */
class OptionFieldTest {

    private static OptionField field(OptionGroup group, String name) {
        return OptionField.within(group).stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd",
                "momentum",
                "momentum:0.8",
                "nesterov:0.5",
                "adagrad:0.1,0.001",
                "adadelta:0.9,0.001",
                "rmsprop:0.8,0.001",
                "adam",
                "adam:0.8,0.99,0.001",
                "adamw:0.1,0.8,0.99,0.001"
            })
    void shouldWriteEveryUpdateRuleAsItIsRead(String text) {
        OptimizationOptions options = new OptimizationOptions();
        OptionField optimizer = field(options, "optimizer");
        optimizer.setText(text);
        assertThat(optimizer.written()).isEqualTo(text);
    }

    /** Shifted or counted in nanoseconds they would be other numbers, or none. */
    @Test
    void shouldBearNumbersBeyondAllMeasure() {
        DataOptions data = new DataOptions();
        field(data, "frame-cache").setText(Long.toString((1L << 44) + 1));
        assertThat(data.frameCache.count()).isEqualTo(Long.MAX_VALUE);
        RunOptions run = new RunOptions();
        field(run, "checkpoint-minutes").setText("1e300");
        assertThat(run.checkpointMinutes.plusSeconds(10).toNanos()).isPositive();
        KafkaOptions kafka = new KafkaOptions();
        field(kafka, "kafka-timeout").setText("1e300");
        assertThat(kafka.kafkaTimeout.plusSeconds(10).toNanos()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "batch, 0, at least 1",
        "workers, 100000, at least 1 and at most 1024",
        "prefetch, -1, at least 1",
        "max-repeat, 0.5, at least 1",
        "max-errors, -1, at least 0"
    })
    void shouldRefuseNumbersOutOfItsRange(String name, String text, String range) {
        OptionField option = field(new InputOptions(), name);
        assertThatThrownBy(() -> option.parse(text)).hasMessage("it is " + range + ", not " + text);
        assertThatThrownBy(() -> option.setText(text))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(range);
    }

    @Test
    void shouldRefuseNumbersThatAProgramSetOutOfTheirRange() {
        OptimizationOptions options = new OptimizationOptions();
        options.ema = 1f;
        assertThatThrownBy(() -> field(options, "ema").requireRange())
                .isInstanceOf(OptionException.class)
                .hasMessage("ema is at least 0 and below 1, not 1.0");
        options.ema = null;
        OptionField.within(options).forEach(OptionField::requireRange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e999"})
    void shouldRefuseNumbersThatAreNone(String text) {
        assertThatThrownBy(() -> field(new OptimizationOptions(), "lr").parse(text))
                .hasMessage("'" + text + "' is not a number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "optimizer | momentum:2 | a share below 1, not 2.0",
                "optimizer | adam:.9,1 | a share below 1, not 1.0",
                "optimizer | nesterov:-.5 | at least 0, not -.5",
                "optimizer | rmsprop:.9,NaN | is not a number",
                "optimizer | sgd:.1 | more numbers than sgd",
                "optimizer | adam:.1,.2,.3,.4 | more numbers than adam:B1,B2,EPSILON",
                "schedule | polynomial:-1 | power is above 0, not -1",
                "schedule | plateau:0 | patience is at least 1, not 0",
                "schedule | exponential:NaN,5 | factor is above 0, not NaN",
                "schedule | exponential:.5,5,6 | no schedule is called exponential:.5,5,6",
                "schedule | steps:5,3@.1,.1 | step 3 stands behind 5",
                "schedule | steps:5@.1@.2 | no schedule is called steps:5@.1@.2"
            })
    void shouldRefuseRulesAndSchedulesThatMakeNoSense(String name, String text, String cause) {
        assertThatThrownBy(() -> field(new OptimizationOptions(), name).parse(text))
                .hasMessageContaining(cause);
    }

    @Test
    void shouldLeaveOutNumbersThatAreTheDefaults() {
        OptimizationOptions options = new OptimizationOptions();
        options.optimizer = new Optimizer.Adam(.9f, .999f, 1e-8f);
        assertThat(field(options, "optimizer").written()).isEqualTo("adam");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1536, 1536", "2048, 2k", "64k, 64k", "512m, 512m", "1.5g, 1536m", "1024m, 1g", "2GiB, 2g"})
    void shouldWriteSizesInTheLargestUnitThatDividesThem(String text, String written) {
        assertThat(Bytes.parse(text)).hasToString(written);
        assertThat(Bytes.parse(written)).isEqualTo(Bytes.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"8g, 8g", "8192m, 8g", "80%, 80%", "12.5 %, 12.5%", "100%, 100%"})
    void shouldWriteLimitsOnMemoryAsTheyAreMeant(String text, String written) {
        EngineOptions options = new EngineOptions();
        OptionField limit = field(options, "gpu-memory");
        limit.setText(text);
        assertThat(limit.written()).isEqualTo(written);
        MemoryLimit first = options.gpuMemory;
        limit.setText(written);
        assertThat(options.gpuMemory).isEqualTo(first);
    }

    @Test
    void shouldReadMinutesSecondsAndMebibytes() {
        RunOptions run = new RunOptions();
        field(run, "checkpoint-minutes").setText("1.5");
        assertThat(run.checkpointMinutes).isEqualTo(Duration.ofSeconds(90));
        assertThat(field(run, "checkpoint-minutes").written()).isEqualTo(1.5);
        KafkaOptions kafka = new KafkaOptions();
        assertThat(field(kafka, "block-seconds").written()).isEqualTo(5.0);
        DataOptions data = new DataOptions();
        field(data, "frame-cache").setText("64");
        assertThat(data.frameCache).isEqualTo(new Bytes(64 << 20));
        assertThat(field(data, "frame-cache").written()).isEqualTo(64L);
    }

    @ParameterizedTest
    @CsvSource({
        "lr, x",
        "memory, 0",
        "memory, much",
        "gpu-memory, 0%",
        "gpu-memory, 101%",
        "gpu-memory, most",
        "shuffle, cards",
        "schedule, steps:1",
        "optimizer, adam:x",
        "balance, colour",
        "shard, 3/2",
        "mix, a=0",
        "crop, left",
        "input-size, 0x5",
        "policy, plan",
        "layer-rates, conv*",
        "on-error, laugh"
    })
    void shouldNameTheOptionThatCannotBeRead(String name, String text) {
        for (OptionGroup group : List.of(
                new OptimizationOptions(),
                new EngineOptions(),
                new InputOptions(),
                new DataOptions(),
                new FrameOptions())) {
            for (OptionField option : OptionField.within(group)) {
                if (option.name().equals(name)) {
                    assertThatThrownBy(() -> option.setText(text))
                            .isInstanceOfSatisfying(OptionException.class, wrong -> assertThat(wrong.commandLine())
                                    .startsWith("--" + name + " cannot be " + text + ": "))
                            .hasMessageStartingWith(option.fieldName() + " cannot be " + text + ": ");
                    return;
                }
            }
        }
        throw new AssertionError("no option " + name);
    }

    @Test
    void shouldShareNothingWithACopy() {
        InputOptions options = new InputOptions();
        InputOptions copy = OptionField.copy(options);
        copy.sampling.maxRepeat = 9;
        copy.batch = 3;
        assertThat(options.sampling.maxRepeat).isEqualTo(5);
        assertThat(options.batch).isNull();
    }
}
