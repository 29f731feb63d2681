package org.batchmill.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code batchmill} command: parses, calls a job, prints. Exit codes are those of {@link ExitCode}. */
@Command(
        name = "batchmill",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Streams vision data into training on the JVM.",
        description = {
            "Image folders, record files, Kafka topics and videos flow through multithreaded shuffle queues, are"
                    + " decoded, augmented and batched, and train YOLO detectors and steering models."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill demo                           a data set, packed, trained, evaluated, drawn: minutes on a"
                    + " laptop",
            "  batchmill pack images photos --format voc --out out/photos",
            "  batchmill train yolo --data 'out/photos-train-*.tfrecord' --run out/run",
            "",
            "Exit codes: 0 done, 1 the data or the result is bad, 2 wrong usage, 3 a part is missing (native, device),",
            "4 stopped by a signal: after a clean checkpoint, or with what was written up to then, 5 a rank of a gang was",
            "lost."
        },
        mixinStandardHelpOptions = true)
public final class Batchmill implements Runnable {

    /** In the order in which help lists them. */
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            CheckCommand.class,
            PackCommand.class,
            TrainCommand.class,
            TuneCommand.class,
            DashboardCommand.class,
            EvalCommand.class,
            CompressCommand.class,
            DetectCommand.class,
            PredictCommand.class,
            DriveCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            AugmentPreviewCommand.class,
            BenchCommand.class,
            SampleCommand.class,
            ProduceCommand.class,
            ServeCommand.class,
            BrokerCommand.class,
            DoctorCommand.class,
            AutoComplete.GenerateCompletion.class);

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from, not only its one line.")
    boolean stacktrace;

    /** For the launcher, which puts them on the class path; here it is only a word that commands take. */
    @Option(
            names = "--jars",
            scope = ScopeType.INHERIT,
            split = ",",
            paramLabel = "A.jar,B.jar",
            description = "Providers of java.nio.file paths, for places of other schemes than s3: (docs/stores.md).")
    List<String> jars;

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command; batchmill --help lists them");
    }

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        Signals.heed();
        // Nothing here is written for one country: libraries, too, shall write numbers and fold letters as everywhere.
        Locale.setDefault(Locale.ROOT);
        Terminal terminal = Terminal.take();
        Signals.printTo(terminal);
        terminal.warnOfFileNames();
        int code;
        try {
            code = run(terminal, arguments);
        } catch (Throwable t) {
            // An Error: out of memory, or a class or native that is missing. Nobody above would see it.
            code = failed(terminal, t);
        }
        if (Signals.received() != null) {
            code = ExitCode.STOPPED;
        }
        terminal.flush();
        // Native libraries and Beam leave threads behind that would hold the JVM.
        Runtime.getRuntime().halt(code);
    }

    /** The grammar of the command, with nothing run: for tests and for tools that complete or document commands. */
    public static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, COMMANDS);
    }

    private static CommandLine commandLine(Terminal terminal, List<Class<?>> commands) {
        CommandLine commandLine = new CommandLine(new Batchmill(), new CommandFactory(terminal));
        commands.forEach(commandLine::addSubcommand);
        commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A name may begin with an at sign.
                .setExpandAtFiles(false)
                .registerConverter(TaskKind.class, Batchmill::task)
                .registerConverter(Path.class, Batchmill::path);
        HelpPages.install(commandLine);
        return commandLine;
    }

    /** The command that is named alone, where that will do: to make all of them takes a tenth of a second. */
    private static List<Class<?>> needed(String... arguments) {
        for (Class<?> command : COMMANDS) {
            boolean itself = arguments.length > 0
                    && command.getAnnotation(Command.class).name().equals(arguments[0]);
            if (itself && command != AutoComplete.GenerateCompletion.class) {
                return List.of(command);
            }
        }
        return COMMANDS;
    }

    private static Path path(String text) {
        try {
            return TextForms.path(text);
        } catch (UsageException | MissingPartException e) {
            throw (TypeConversionException) new TypeConversionException(e.getMessage()).initCause(e);
        }
    }

    /**
     * Why a path was not taken. Of a list of paths picocli takes those that can be read, and calls the first that cannot an argument too many;
     * that a provider is missing is no wrong usage.
     */
    private static Optional<RuntimeException> refusedPath(CommandLine.ParameterException exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof MissingPartException missing) {
                return Optional.of(missing);
            }
        }
        for (String unmatched : Misspelling.unknown(exception)) {
            try {
                TextForms.path(unmatched);
            } catch (UsageException | MissingPartException e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    private static TaskKind task(String name) {
        try {
            return TaskKind.byName(name);
        } catch (UsageException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** Runs one command, writing to {@code terminal}; returns the exit code. For tests and for embedding. */
    public static int run(Terminal terminal, String... given) {
        String[] arguments = FormerNames.replaced(given);
        CommandLine commandLine = commandLine(terminal, needed(arguments));
        Batchmill root = commandLine.getCommand();
        try {
            YamlDefaults.into(commandLine, arguments);
        } catch (IOException | RuntimeException e) {
            return failed(terminal, e);
        }
        commandLine.setOut(terminal.outWriter());
        commandLine.setErr(terminal.errWriter());
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setParameterExceptionHandler((exception, words) -> {
            Optional<RuntimeException> refused = refusedPath(exception);
            if (refused.isPresent()) {
                return failed(terminal, refused.get());
            }
            terminal.error(YamlDefaults.place(exception)
                    + Misspelling.in(exception, words).orElse(OneLine.of(exception)) + " ("
                    + exception.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help)");
            return ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
            if (root.stacktrace) {
                StringWriter trace = new StringWriter();
                exception.printStackTrace(new PrintWriter(trace, true));
                trace.toString().lines().forEach(terminal::progress);
            }
            return failed(terminal, YamlDefaults.place(command, exception), exception);
        });
        return told(terminal, commandLine.execute(arguments));
    }

    /** What was to be read and is lost is no success, whatever the command came to. */
    private static int told(Terminal terminal, int code) {
        String lost = terminal.lost();
        if (lost == null) {
            return code;
        }
        terminal.error("standard output: cannot be written: " + lost);
        return code == ExitCode.DONE ? ExitCode.BAD : code;
    }

    private static int failed(Terminal terminal, Throwable why) {
        return failed(terminal, "", why);
    }

    /**
     * Says why, in one line. What a signal breaks off fails in many ways, none of which is of interest.
     *
     * @param place in front of the line
     */
    private static int failed(Terminal terminal, String place, Throwable why) {
        if (Signals.received() != null) {
            terminal.error(Signals.line());
            return ExitCode.STOPPED;
        }
        terminal.error(place + OneLine.of(why));
        return ExitCode.of(why);
    }
}
