package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.cli.Batchmill;
import org.batchmill.cli.Terminal;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.options.Balancing;
import org.batchmill.jobs.options.Bytes;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.LayerRate;
import org.batchmill.jobs.options.Mix;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.options.SchedulePlan;
import org.batchmill.jobs.options.Shard;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.MemoryLimit;
import org.batchmill.train.loop.Synchronization;
import org.batchmill.train.monitor.RunConfig;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.video.FrameCrop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option is declared once, on a field: the command line, its help, config.yaml, the search, the page docs/cli.md and the Java API all
 * have what is declared, and nothing else. With {@code -Dbatchmill.write-docs=true} the table of the page is written anew.
 */
class OptionDeclarationsTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/cli.md");
    private static final String HEAD = "| option | in `TrainOptions` | what it does |\n|---|---|---|\n";

    /** What belongs to the command and not to the training. */
    private static final Set<String> OF_THE_COMMAND =
            Set.of("config", "json", "dashboard", "help", "help-all", "version", "stacktrace", "jars");

    /** What a value of each type may look like, and not be the default. */
    private static final Map<Class<?>, String> EXAMPLES = examples();

    /** Those of which each number is one. */
    private static final Set<String> OF_ANY_NUMBER = Set.of("seed", "camera-offset");

    private static Map<Class<?>, String> examples() {
        Map<Class<?>, String> examples = new HashMap<>();
        examples.put(String.class, "thing");
        examples.put(Path.class, "a/b.c");
        Stream.of(int.class, Integer.class, long.class, Long.class).forEach(type -> examples.put(type, "7"));
        Stream.of(float.class, Float.class, double.class, Double.class).forEach(type -> examples.put(type, "0.25"));
        Stream.of(boolean.class, Boolean.class).forEach(type -> examples.put(type, "true"));
        examples.put(Optimizer.class, "adam:.8,.99");
        examples.put(SchedulePlan.class, "steps:3,5@.1,.1");
        examples.put(LayerRate.class, "conv*=.1");
        examples.put(PolicyName.class, "steering");
        examples.put(Shuffle.class, "window:7");
        examples.put(Bytes.class, "7");
        examples.put(MemoryLimit.class, "7%");
        examples.put(Duration.class, "0.25");
        examples.put(Balancing.class, "steering:7");
        examples.put(Shard.class, "2/3");
        examples.put(Synchronization.class, "every:8");
        examples.put(Mix.class, "sample:digits=0.5");
        examples.put(FrameCrop.class, ":,60:136");
        examples.put(PixelSize.class, "33x100");
        return examples;
    }

    @TempDir
    Path folder;

    static List<OptionField> options() {
        return TrainOptions.of(TaskKind.DIGITS).options();
    }

    /** A search learns from files, in this process. */
    private static List<OptionField> ofFiles() {
        List<String> others = Stream.of(new KafkaOptions(), new GangOptions())
                .flatMap(group -> OptionField.within(group).stream())
                .map(OptionField::name)
                .toList();
        return options().stream()
                .filter(option -> !others.contains(option.name()))
                .toList();
    }

    private static CommandSpec command(String name) {
        return Batchmill.commandLine(Terminal.to(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()))
                .getSubcommands()
                .get(name)
                .getCommandSpec();
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "tune"})
    void shouldStandInTheHelpAsItIsDeclared(String name) {
        CommandSpec command = command(name);
        for (OptionField option : name.equals("tune") ? ofFiles() : options()) {
            OptionSpec shown = command.findOption("--" + option.name());
            assertThat(shown).as("%s --%s", name, option.name()).isNotNull();
            assertThat(shown.description()).containsExactly(option.description());
            assertThat(shown.paramLabel())
                    .isEqualTo(option.isFlag() ? "PARAM" : option.declaration().label());
            assertThat(option.declaration().label().isEmpty()).isEqualTo(option.isFlag());
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldGoThroughConfigYamlAndTheSearch(OptionField declared) throws Exception {
        String name = declared.name();
        String text = name.equals("max-repeat") ? "2.5" : example(declared.type());
        assertThat(text).as("an example of %s", declared.type()).isNotNull();
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = "kafka:topic";
        options.gang().ranks = "2";
        if (declared.declaration().ofOneCall()) {
            assertThat(options.byName()).doesNotContainKey(name);
            assertThatThrownBy(() -> options.with(Map.of(name, text)))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining(name);
            return;
        }
        TrainOptions searched = options.with(Map.of(name, text));
        Path file = folder.resolve("config.yaml");
        RunConfig.write(file, searched.byName());
        Object read = RunConfig.read(file).get(name);
        String again = read instanceof List<?> values
                ? values.stream().map(Object::toString).collect(Collectors.joining(","))
                : read.toString();
        assertThat(value(options.with(Map.of(name, again)), name))
                .as(again)
                .isEqualTo(value(searched, name))
                .isNotEqualTo(value(options, name));
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldRefuseNumbersThatMakeNoSense(OptionField declared) {
        boolean number = declared.type().isPrimitive() || Number.class.isAssignableFrom(declared.type());
        if (!number || declared.isFlag() || OF_ANY_NUMBER.contains(declared.name())) {
            return;
        }
        assertThatThrownBy(() -> declared.parse("-3"))
                .as(declared.name())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("not -3");
    }

    private static String example(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        return constants == null
                ? EXAMPLES.get(type)
                : constants[constants.length - 1].toString().toLowerCase(Locale.ROOT);
    }

    private static Object value(TrainOptions options, String name) {
        return options.options().stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void shouldCopyNothingThatIsShared() {
        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.with(Map.of("epochs", "3")).optimization().epochs = 4;
        assertThat(options.optimization().epochs).isNull();
    }

    @Test
    void shouldBeListedInTheDocumentation() throws Exception {
        StringBuilder rows = new StringBuilder(HEAD);
        for (RecordComponent component : TrainOptions.class.getRecordComponents()) {
            if (OptionGroup.class.isAssignableFrom(component.getType())) {
                Object group = component.getAccessor().invoke(TrainOptions.of(TaskKind.DIGITS));
                rows(component.getName() + "()", (OptionGroup) group, rows);
            }
        }
        String page = Files.readString(PAGE);
        int from = page.indexOf(HEAD);
        String written = page.substring(0, from) + rows + page.substring(page.indexOf("\n\n", from) + 1);
        if (Boolean.getBoolean("batchmill.write-docs")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    private static void rows(String path, OptionGroup group, StringBuilder rows) throws IllegalAccessException {
        for (OptionField option : OptionField.of(group)) {
            rows.append("| `--")
                    .append(option.type() == Boolean.class ? "[no-]" : "")
                    .append(option.name());
            rows.append(option.isFlag() ? "" : " " + option.declaration().label());
            rows.append("` | `")
                    .append(path)
                    .append('.')
                    .append(option.fieldName())
                    .append("` | ");
            rows.append(option.description().replace("|", "\\|")).append(" |\n");
        }
        for (Field field : group.getClass().getFields()) {
            if (field.get(group) instanceof OptionGroup inner) {
                rows(path + "." + field.getName(), inner, rows);
            }
        }
    }

    @Test
    void shouldNameAnOptionAsWhoeverGaveItKnowsIt() {
        Command train = Command.run(
                "train", "digits", "--data", "sample:digits", "--lr", -1, "--run", folder.resolve("command"));
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.errors())
                .containsExactly(
                        "batchmill: Invalid value for option '--lr': it is above 0, not -1 (batchmill train --help)");

        TrainOptions options = TrainOptions.of(TaskKind.DIGITS);
        options.data().data = "sample:digits";
        options.run().run = folder.resolve("java");
        options.optimization().lr = -1.0;
        assertThatThrownBy(() -> new TrainJob(options, JobListener.SILENT).run())
                .isInstanceOf(UsageException.class)
                .hasMessage("lr is above 0, not -1.0");
    }

    @Test
    void shouldTakeNothingThatIsNotDeclared() {
        Set<String> declared = new TreeSet<>(OF_THE_COMMAND);
        options().forEach(option -> declared.add(option.name()));
        List<String> taken = new ArrayList<>();
        command("train")
                .options()
                .forEach(option -> taken.add(option.longestName().replaceFirst("^--", "")));
        assertThat(taken).containsExactlyInAnyOrderElementsOf(declared);
    }
}
