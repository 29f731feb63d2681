package org.batchmill.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.batchmill.queues.LooperThread;
import org.junit.jupiter.api.Test;

/**
 * Threads are started in one place, so that none dies unheard (docs/threads.md). Exceptions: benchmarks measure bare threads; TensorFlow's
 * looper threads are for subclasses, and their coordinator hears of every Throwable; parallel streams, which hand whatever is thrown to their caller, are no threads of ours.
 */
class ThreadRulesTest {

    private static final String THREADS = "org.batchmill.queues.threads..";
    private static final String BENCHMARKS = "org.batchmill.benchmarks..";

    private static final Set<String> STARTERS =
            Set.of("ofPlatform", "ofVirtual", "startVirtualThread", "supplyAsync", "runAsync");

    @Test
    void shouldMakeThreadsInOnePackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(THREADS, BENCHMARKS)
                .and()
                .areNotAssignableTo(LooperThread.class)
                .should()
                .callConstructorWhere(makesThreads())
                .orShould()
                .callMethodWhere(startsThreads())
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class)
                .because("a thread that is started elsewhere may die unheard: use org.batchmill.queues.threads")
                .check(ProductClasses.ALL);
    }

    @Test
    void shouldExtendThreadInOnePackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(THREADS, BENCHMARKS)
                .and()
                .areNotAssignableTo(LooperThread.class)
                .should()
                .beAssignableTo(Thread.class)
                .check(ProductClasses.ALL);
    }

    private static DescribedPredicate<JavaConstructorCall> makesThreads() {
        return DescribedPredicate.describe("makes a thread, an executor or a timer", call -> {
            AccessTarget.ConstructorCallTarget target = call.getTarget();
            return target.getOwner().isAssignableTo(Thread.class)
                    || target.getOwner().isAssignableTo(Timer.class)
                    || (target.getOwner().isAssignableTo(Executor.class)
                            && target.getOwner().getPackageName().startsWith("java."));
        });
    }

    private static DescribedPredicate<JavaMethodCall> startsThreads() {
        return DescribedPredicate.describe(
                "starts a thread",
                call -> STARTERS.contains(call.getTarget().getName())
                        && (call.getTarget().getOwner().isAssignableTo(Thread.class)
                                || call.getTarget().getOwner().isAssignableTo(CompletableFuture.class)));
    }
}
