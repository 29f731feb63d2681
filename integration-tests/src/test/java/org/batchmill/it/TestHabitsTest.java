package org.batchmill.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What makes tests fail on other machines is kept out of them: of all modules, as far as they are built. */
class TestHabitsTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final long SHORTEST_TIMEOUT_SECONDS = 300;

    /** Where time itself is the matter. Everybody else waits with {@code Await}. */
    private static final Set<String> MAY_SLEEP = Set.of(
            "org.batchmill.testing.Await",
            // A server far away, a slow line.
            "org.batchmill.testing.FaultyProxy",
            // Work that takes its time.
            "org.batchmill.queues.pipeline.Ledger",
            // Something happens at a random moment.
            "org.batchmill.queues.QueueStressTest",
            "org.batchmill.queues.pipeline.PipelineCloseTest",
            "org.batchmill.it.kafka.RestlessGroupTest",
            // A broker that is away for so long, a step that takes longer than an interval of the group.
            "org.batchmill.it.kafka.BrokerAwayTest",
            "org.batchmill.it.kafka.TopicFaultsTest");

    /** What starts threads and processes. */
    private static final Pattern STARTERS = Pattern.compile("java\\.lang\\.Thread\\.<init>.*"
            + "|java\\.lang\\.ProcessBuilder\\.start.*"
            + "|java\\.util\\.concurrent\\.Executors\\..*"
            + "|java\\.util\\.concurrent\\.CompletableFuture\\.(run|supply)Async.*"
            + "|org\\.batchmill\\.queues\\.pipeline\\.PipelineBuilder\\.start.*"
            + "|org\\.batchmill\\.queues\\.(QueueRunner|LooperThread)\\..*"
            + "|org\\.jetbrains\\..*lincheck\\..*");

    private static final JavaClasses ALL = classes();
    private static final JavaClasses TESTS = ALL.that(new DescribedPredicate<>("are tests or what these share") {
        @Override
        public boolean test(JavaClass one) {
            String place = one.getSource().orElseThrow().getUri().getPath();
            return place.contains("/target/test-classes/") || place.contains("/testkit/target/classes/");
        }
    });

    private static JavaClasses classes() {
        try (Stream<Path> found = Files.find(
                ROOT,
                4,
                (path, attributes) -> attributes.isDirectory()
                        && path.getParent().endsWith("target")
                        && (path.endsWith("classes") || path.endsWith("test-classes")))) {
            List<Path> paths = found.toList();
            return ArchConfiguration.withThreadLocalScope(configuration -> {
                configuration.setResolveMissingDependenciesFromClassPath(false); // names are enough
                return new ClassFileImporter().importPaths(paths);
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldWaitForWhatIsNeededInsteadOfSleeping() {
        noClasses()
                .that(new DescribedPredicate<>("may not sleep") {
                    @Override
                    public boolean test(JavaClass one) {
                        return !MAY_SLEEP.contains(outermost(one).getName());
                    }
                })
                .should()
                .callMethodWhere(calls(
                        "sleep, park",
                        "(java\\.lang\\.Thread|java\\.util\\.concurrent\\.TimeUnit)\\.sleep.*"
                                + "|java\\.util\\.concurrent\\.locks\\.LockSupport\\.park(Nanos|Until).*"))
                .check(TESTS);
    }

    @Test
    void shouldFormatTheSameInEveryLocale() {
        noClasses()
                .should()
                .callMethodWhere(calls(
                        "format in the machine's locale",
                        "java\\.lang\\.String\\.(formatted\\(.*|format\\(java\\.lang\\.String,"
                                + " .*|to(Lower|Upper)Case\\(\\))|java\\.io\\.Print(Stream|Writer)\\.(printf|format)\\(java\\.lang\\.String,"
                                + " .*"))
                .check(ALL);
    }

    private static DescribedPredicate<JavaAccess<?>> calls(String what, String pattern) {
        Pattern names = Pattern.compile(pattern);
        return new DescribedPredicate<>(what) {
            @Override
            public boolean test(JavaAccess<?> access) {
                return names.matcher(access.getTarget().getFullName()).matches();
            }
        };
    }

    @Test
    void shouldLeaveSlowMachinesTime() {
        Set<String> impatient = new TreeSet<>();
        for (JavaClass one : TESTS) {
            timeout(one).ifPresent(its -> impatient.add(one.getName() + ": " + its));
            for (JavaMember member : one.getMembers()) {
                timeout(member).ifPresent(its -> impatient.add(member.getFullName() + ": " + its));
            }
        }
        assertThat(impatient)
                .as("timeouts of less than %d s", SHORTEST_TIMEOUT_SECONDS)
                .isEmpty();
    }

    private static Optional<String> timeout(HasAnnotations<?> annotated) {
        return annotated
                .tryGetAnnotationOfType(Timeout.class)
                .filter(its -> its.unit().toSeconds(its.value()) < SHORTEST_TIMEOUT_SECONDS)
                .map(its -> its.value() + " " + its.unit());
    }

    /** So that .ci/flaky finds them. */
    @Test
    void shouldTagWhatStartsThreadsOrProcesses() {
        Set<String> untagged = new TreeSet<>();
        for (JavaClass one : TESTS) {
            if (one.isTopLevelClass() && hasTests(one) && !isTagged(one) && startsSomething(one)) {
                untagged.add(one.getName());
            }
        }
        assertThat(untagged).as("test classes without @Tag(\"concurrent\")").isEmpty();
    }

    private static boolean hasTests(JavaClass one) {
        return one.getAllMethods().stream()
                .flatMap(method -> method.getAnnotations().stream())
                .map(annotation -> annotation.getRawType().getName())
                .anyMatch(name -> (name.startsWith("org.junit.jupiter.") && name.endsWith("Test"))
                        || name.startsWith("net.jqwik.api."));
    }

    private static boolean isTagged(JavaClass one) {
        Optional<JavaClass> next = Optional.of(one);
        while (next.isPresent()) {
            JavaClass its = next.get();
            Stream<Tag> tags = Stream.concat(
                    its.tryGetAnnotationOfType(Tag.class).stream(),
                    its.tryGetAnnotationOfType(Tags.class).stream().flatMap(many -> Stream.of(many.value())));
            if (tags.anyMatch(tag -> tag.value().equals("concurrent"))) {
                return true;
            }
            next = its.getRawSuperclass();
        }
        return false;
    }

    /** Itself or a class beside the tests that it uses, and those that that uses. */
    private static boolean startsSomething(JavaClass test) {
        Set<JavaClass> seen = new HashSet<>(Set.of(test));
        Deque<JavaClass> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            JavaClass one = open.pop();
            for (JavaAccess<?> access : one.getAccessesFromSelf()) {
                AccessTarget target = access.getTarget();
                if (STARTERS.matcher(target.getFullName()).matches()) {
                    return true;
                }
            }
            Collection<JavaClass> used = Stream.concat(
                            one.getDirectDependenciesFromSelf().stream()
                                    .map(dependency ->
                                            dependency.getTargetClass().getBaseComponentType()),
                            TESTS.stream()
                                    .filter(inner -> !inner.equals(one)
                                            && outermost(inner).equals(one)))
                    .filter(its -> TESTS.contain(its.getName())
                            && (!hasTests(outermost(its)) || outermost(its).equals(test)))
                    .toList();
            used.stream().filter(seen::add).forEach(open::push);
        }
        return false;
    }

    private static JavaClass outermost(JavaClass one) {
        return one.getEnclosingClass().map(TestHabitsTest::outermost).orElse(one);
    }
}
