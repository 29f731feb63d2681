import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.Filter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs test classes many times over in this JVM: {@code RepeatTests OUT TIMES TAG CLASS...}, those with the tag, or all for {@code any}.
 *
 * <p>For each class and round a line of its name, its seconds and 1 or 0, whether something of it failed, goes to the file OUT; a line
 * with the time before each test and the trace of each failure to standard output, among what the tests print. Exits with 1 if one failed.
 */
public final class RepeatTests {

    private RepeatTests() {}

    public static void main(String[] arguments) throws IOException {
        Path out = Path.of(arguments[0]);
        int times = Integer.parseInt(arguments[1]);
        List<Filter<?>> filters = new ArrayList<>(List.of(TagFilter.excludeTags("long")));
        if (!arguments[2].equals("any")) {
            filters.add(TagFilter.includeTags(arguments[2]));
        }
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(arguments)
                        .skip(3)
                        .map(DiscoverySelectors::selectClass)
                        .toList())
                .filters(filters.toArray(Filter[]::new))
                .build();
        boolean failed = false;
        for (int round = 1; round <= times; round++) {
            Classes classes = new Classes(System.out);
            LauncherFactory.create().execute(request, classes);
            Files.write(out, classes.lines(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            failed |= classes.failed();
        }
        // Threads that a test left must not hold this up: whether there are such is another test's question.
        System.exit(failed ? 1 : 0);
    }

    /** What became of each class, tests inside inner classes counted for the outer one. */
    private static final class Classes implements TestExecutionListener {

        private final PrintStream log;
        private final Map<String, Double> seconds = new LinkedHashMap<>();
        private final List<String> failures = new ArrayList<>();
        private long since = System.nanoTime();

        Classes(PrintStream log) {
            this.log = log;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                log.println(LocalTime.now() + " " + className(test).orElse("") + " " + test.getDisplayName());
            } else if (test.getSource().filter(ClassSource.class::isInstance).isPresent()) {
                className(test).ifPresent(name -> {
                    if (seconds.putIfAbsent(name, 0.0) == null) {
                        since = System.nanoTime();
                    }
                });
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Optional<String> name = className(test);
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                failures.add(name.orElse(test.getUniqueId()));
                log.println("FAILED " + test.getUniqueId());
                result.getThrowable().ifPresent(error -> error.printStackTrace(log));
            }
            name.ifPresent(each -> seconds.put(each, (System.nanoTime() - since) / 1e9));
        }

        private static Optional<String> className(TestIdentifier test) {
            TestSource source = test.getSource().orElse(null);
            Optional<String> name = Optional.empty();
            if (source instanceof ClassSource classSource) {
                name = Optional.of(classSource.getClassName());
            } else if (source instanceof MethodSource methodSource) {
                name = Optional.of(methodSource.getClassName());
            }
            return name.map(each -> each.contains("$") ? each.substring(0, each.indexOf('$')) : each);
        }

        boolean failed() {
            return !failures.isEmpty();
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            failures.stream().filter(each -> !seconds.containsKey(each)).forEach(each -> seconds.put(each, 0.0));
            seconds.forEach((name, time) -> lines.add(
                    String.format(Locale.ROOT, "%s %.3f %d", name, time, failures.contains(name) ? 1 : 0)));
            return lines;
        }
    }
}
