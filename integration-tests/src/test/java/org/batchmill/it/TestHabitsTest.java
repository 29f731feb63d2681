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
import java.util.ArrayList;
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
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What makes tests fail on other machines is kept out of them: of all modules, as far as they are built. */
class TestHabitsTest {

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

    /** Those whose business a limited time is: it is long, or somebody else goes on waiting behind it. */
    private static final Set<String> MAY_HAVE_ENOUGH = Set.of(
            "org.batchmill.testing.PythonProgram",
            "org.batchmill.testing.S3Server",
            "org.batchmill.ingest.testing.KafkaBroker",
            "org.batchmill.queues.Call",
            // Waits before it kills.
            "org.batchmill.it.kafka.TrainerProcess");

    /** Those who put back what they changed. */
    private static final Set<String> MAY_CHANGE_THE_JVM = Set.of(
            "org.batchmill.jobs.report.PlainReportTest",
            "org.batchmill.records.annotations.VocXmlDamageTest",
            "org.batchmill.cli.CompletionTest",
            "org.batchmill.it.kafka.BrokerJobTest",
            "org.batchmill.it.store.S3StoreTest",
            "org.batchmill.it.store.SpoiltStore");

    /** Those who remove what they made outside of the folders that JUnit removes. */
    private static final Set<String> MAY_USE_THE_COMMON_FOLDER =
            Set.of("org.batchmill.testing.PerJvm", "org.batchmill.testing.FfmpegProgram");

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
        try {
            List<Path> paths = new ArrayList<>();
            for (Path module : Modules.folders()) {
                Stream.of("target/classes", "target/test-classes")
                        .map(module::resolve)
                        .filter(Files::isDirectory)
                        .forEach(paths::add);
            }
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
                .that(areNot(MAY_SLEEP))
                .should()
                .callMethodWhere(calls(
                        "sleep, park",
                        "(java\\.lang\\.Thread|java\\.util\\.concurrent\\.TimeUnit)\\.sleep.*"
                                + "|java\\.util\\.concurrent\\.locks\\.LockSupport\\.park(Nanos|Until).*"))
                .check(TESTS);
    }

    private static DescribedPredicate<JavaClass> areNot(Set<String> some) {
        return new DescribedPredicate<>("are not " + some) {
            @Override
            public boolean test(JavaClass one) {
                return !some.contains(outermost(one).getName());
            }
        };
    }

    /** What waits in vain is ended by JUnit's timeout, or by that of {@code Await}, which are for deadlocks. */
    @Test
    void shouldWaitForAsLongAsItTakes() {
        String time = "\\(long, java\\.util\\.concurrent\\.TimeUnit\\)";
        noClasses()
                .that(areNot(MAY_HAVE_ENOUGH))
                .should()
                .accessTargetWhere(calls(
                        "wait for a limited time",
                        "java\\.util\\.concurrent\\.(Future|FutureTask|CompletableFuture)\\.get" + time
                                + "|java\\.util\\.concurrent\\.(CountDownLatch|CyclicBarrier|ExecutorService)\\.await(Termination)?"
                                + time
                                + "|java\\.util\\.concurrent\\.CompletableFuture\\.(orTimeout|completeOnTimeout)\\(.*"
                                + "|java\\.lang\\.Process\\.waitFor\\(.+\\)"
                                + "|java\\.lang\\.Thread\\.join\\(.+\\)"
                                + "|org\\.junit\\..*\\.assertTimeout.*"))
                .check(TESTS);
    }

    /** Another class in the same JVM would find it. */
    @Test
    void shouldLeaveTheJvmAsItWas() {
        noClasses()
                .that(areNot(MAY_CHANGE_THE_JVM))
                .should()
                .accessTargetWhere(calls(
                        "change what the whole JVM sees",
                        "java\\.lang\\.System\\.((set|clear)Propert(y|ies)|set(In|Out|Err))\\(.*"
                                + "|java\\.util\\.(Locale|TimeZone)\\.setDefault\\(.*"))
                .check(TESTS);
    }

    @Test
    void shouldLeaveNoFilesBehind() {
        noClasses()
                .that(areNot(MAY_USE_THE_COMMON_FOLDER))
                .should()
                .accessTargetWhere(calls(
                        "make files in the common temporary folder",
                        "java\\.nio\\.file\\.Files\\.createTemp(Directory|File)\\(java\\.lang\\.String, .*"
                                + "|java\\.io\\.File\\.createTempFile\\(java\\.lang\\.String, java\\.lang\\.String\\)"))
                .check(TESTS);
    }

    @Test
    void shouldLetJUnitRemoveItsFolders() {
        List<String> kept = TESTS.stream()
                .flatMap(one -> one.getFields().stream())
                .filter(field -> field.tryGetAnnotationOfType(TempDir.class)
                        .filter(its -> its.cleanup() == CleanupMode.NEVER)
                        .isPresent())
                .map(JavaMember::getFullName)
                .toList();
        assertThat(kept).isEmpty();
    }

    /** Surefire hands JUnit one class at a time: what is kept there is made anew for each. */
    @Test
    void shouldShareNothingInJUnitsStores() {
        noClasses()
                .should()
                .accessTargetWhere(calls(
                        "keep something for all tests",
                        "org\\.junit\\.jupiter\\..*\\.ExtensionContext\\.getRoot\\(\\)"))
                .because("org.batchmill.testing.PerJvm keeps it")
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
