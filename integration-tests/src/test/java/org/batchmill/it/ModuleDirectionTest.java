package org.batchmill.it;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.ConstructorCallTarget;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md point one way. */
class ModuleDirectionTest {

    /** A module of its own, jobs/pack, behind which Beam is. */
    private static final String[] PACKING_JOBS = {"org.batchmill.jobs.pack..", "org.batchmill.jobs.demo.."};

    /**
     * What the command takes from below jobs: errors and their exit codes, the thread that handles signals, text files, and types that
     * stand for a choice on the command line. What a job does, is asked for, and found goes through jobs.
     */
    private static final Set<String> BELOW_JOBS = Set.of(
            "queues.pipeline.Shuffle",
            "queues.threads.WorkerThread",
            "records.DataException",
            "records.DataException$Kind",
            "records.JsonFile",
            "records.MissingPartException",
            "records.NearestName",
            "records.OptionException",
            "records.TextFile",
            "records.UsageException",
            "records.YamlTree",
            "train.collective.LostRankException");

    private static final List<String> OWN_PATHS = List.of(
            "Places",
            "OutputNames",
            "BrokerJob",
            "BrokerOptions",
            "BrokerProcess",
            "DashboardCommand",
            "DemoCommand",
            "Misspelling",
            "Rank",
            "RankCommand",
            "RunnerOptions",
            "ServeOptions",
            "SparkLauncher",
            "TrainCommand",
            "TrainJob",
            "TuneCommand");

    @Test
    void shouldLetModulesUseOnlyWhatTheTableAllows() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("records")
                .definedBy("org.batchmill.records..")
                .layer("batches")
                .definedBy("org.batchmill.batches..")
                .layer("flight")
                .definedBy("org.batchmill.flight..")
                .layer("queues")
                .definedBy("org.batchmill.queues..")
                .layer("augment")
                .definedBy("org.batchmill.augment..")
                .layer("video")
                .definedBy("org.batchmill.video..")
                .layer("sources")
                .definedBy("org.batchmill.ingest.sources..")
                .layer("packing")
                .definedBy("org.batchmill.ingest.packing..")
                .layer("train")
                .definedBy("org.batchmill.train..")
                .layer("engines")
                .definedBy("org.batchmill.engine..")
                .layer("collective")
                .definedBy("org.batchmill.collective..")
                .layer("jobs")
                .definedBy(JavaClass.Predicates.resideInAPackage("org.batchmill.jobs..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(PACKING_JOBS))))
                .layer("jobs that pack")
                .definedBy(PACKING_JOBS)
                .layer("spark")
                .definedBy("org.batchmill.spark..")
                .layer("cli")
                .definedBy("org.batchmill.cli..")
                .whereLayer("records")
                .mayNotAccessAnyLayer()
                .whereLayer("batches")
                .mayOnlyAccessLayers("records")
                .whereLayer("flight")
                .mayOnlyAccessLayers("records", "queues", "batches")
                .whereLayer("queues")
                .mayNotAccessAnyLayer()
                .whereLayer("augment")
                .mayOnlyAccessLayers("records", "queues", "batches")
                .whereLayer("video")
                .mayOnlyAccessLayers("records", "queues", "augment")
                .whereLayer("sources")
                .mayOnlyAccessLayers("records", "queues", "augment", "video")
                .whereLayer("packing")
                .mayOnlyAccessLayers("records", "queues", "augment", "video", "sources")
                .whereLayer("train")
                .mayOnlyAccessLayers("records", "queues", "batches")
                .whereLayer("engines")
                .mayOnlyAccessLayers("train", "records", "queues", "batches")
                .whereLayer("collective")
                .mayOnlyAccessLayers("train", "records", "queues")
                .whereLayer("jobs")
                .mayOnlyAccessLayers("records", "queues", "batches", "augment", "video", "sources", "train")
                .whereLayer("jobs that pack")
                .mayOnlyAccessLayers(
                        "jobs", "records", "queues", "batches", "augment", "video", "sources", "packing", "train")
                .whereLayer("spark")
                .mayOnlyAccessLayers("jobs", "queues")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .check(ProductClasses.ALL);
    }

    @Test
    void shouldLetTheCommandSeeJobsAlone() {
        Set<String> below = new TreeSet<>();
        for (JavaClass user : ProductClasses.ALL) {
            if (user.getPackageName().equals("org.batchmill.cli")) {
                user.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(used -> used.getPackageName().startsWith("org.batchmill.")
                                && !used.getPackageName().startsWith("org.batchmill.cli")
                                && !used.getPackageName().startsWith("org.batchmill.jobs"))
                        .forEach(used -> below.add(used.getName().substring("org.batchmill.".length())));
            }
        }
        assertThat(below).isSubsetOf(BELOW_JOBS);
    }

    @Test
    void shouldKeepNativesOutOfRecordsQueuesAndTheTrainersCore() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        "org.batchmill.records..",
                        "org.batchmill.batches..",
                        "org.batchmill.queues..",
                        "org.batchmill.train..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "org.nd4j..")
                .check(ProductClasses.ALL);
    }

    /** In each engine: the program, above layers, above plans, above memory, above the device. */
    @Test
    void shouldLetTheRoomsOfAnEngineUseOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("program")
                .definedBy("org.batchmill.engine.*")
                .layer("layer")
                .definedBy("org.batchmill.engine.*.layer")
                .layer("plan")
                .definedBy("org.batchmill.engine.*.plan")
                .layer("memory")
                .definedBy("org.batchmill.engine.*.memory")
                .optionalLayer("device")
                .definedBy("org.batchmill.engine.*.device")
                .whereLayer("program")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("layer")
                .mayOnlyBeAccessedByLayers("program")
                .whereLayer("plan")
                .mayOnlyBeAccessedByLayers("program", "layer")
                .whereLayer("memory")
                .mayOnlyBeAccessedByLayers("program", "layer", "plan")
                .check(ProductClasses.ALL);
    }

    @Test
    void shouldKeepWhatEnginesShareToEngines() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("org.batchmill..")
                .and()
                .resideOutsideOfPackages("org.batchmill.train.host..", "org.batchmill.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.batchmill.train.host..")
                .check(ProductClasses.ALL);
    }

    /**
     * Only the storage makes files. The exceptions hold bytes that are nobody's result: decoded images on disk, and the
     * journal of Kafka's blocks, which is forced block by block and cut where it ends half; FFmpeg opens the storage's own temporary
     * file again; a ring of served batches is memory that processes share. What
     * the storage writes to a store goes through the paths of that. What can open a file for both is for two classes that read alone; the terminal opens standard output anew.
     */
    @Test
    void shouldWriteFilesThroughTheStorageOnly() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("org.batchmill..")
                .and()
                .resideOutsideOfPackages(
                        "org.batchmill.records.storage..",
                        "org.batchmill.ingest.sources.store..",
                        "org.batchmill.benchmarks..")
                .and()
                .doNotHaveSimpleName("DecodedCache")
                .and()
                .doNotHaveSimpleName("BlockJournal")
                .and()
                .doNotHaveSimpleName("VideoWriter")
                .and()
                .doNotHaveSimpleName("RingFile")
                .and()
                .doNotHaveSimpleName("InputFile")
                .and()
                .doNotHaveSimpleName("PositionedFile")
                .and()
                .doNotHaveSimpleName("Terminal")
                .should()
                .callMethodWhere(DescribedPredicate.describe("writes a file", call -> writes(call.getTarget())))
                .orShould()
                .callConstructorWhere(DescribedPredicate.describe(
                        "opens a file to write",
                        call -> (call.getTargetOwner().isAssignableTo(FileOutputStream.class)
                                        && !takes(call.getTarget(), FileDescriptor.class))
                                || call.getTargetOwner().isAssignableTo(FileWriter.class)
                                || call.getTargetOwner().isAssignableTo(RandomAccessFile.class)))
                .check(ProductClasses.ALL);
    }

    /** A descriptor is that of the terminal, or of a file that somebody else has opened. */
    private static boolean takes(ConstructorCallTarget target, Class<?> parameter) {
        return target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(parameter));
    }

    private static boolean writes(MethodCallTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        if (owner.equals(Files.class.getName())) {
            return Set.of(
                            "write",
                            "writeString",
                            "newBufferedWriter",
                            "newOutputStream",
                            "newByteChannel",
                            "copy",
                            "move")
                    .contains(name);
        }
        return (owner.equals(ImageIO.class.getName())
                        && name.equals("write")
                        && target.getRawParameterTypes().get(2).isEquivalentTo(File.class))
                || (owner.endsWith("FileChannel") && name.equals("open"))
                || name.equals("imwrite")
                || name.startsWith("avio_open")
                || ((owner.endsWith(".ObjectMapper") || owner.endsWith(".ObjectWriter"))
                        && name.equals("writeValue")
                        && target.getRawParameterTypes().get(0).isEquivalentTo(File.class));
    }

    /**
     * A user's word becomes a path in one place, which knows of stores. The exceptions are this machine's own: its programs, its temporary
     * files, folders that a job names itself, and what a process of ours tells another.
     */
    @Test
    void shouldMakePathsOfUsersWordsInOnePlaceOnly() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage("org.batchmill.ingest..", "org.batchmill.jobs..", "org.batchmill.cli..")
                .and()
                .haveNameNotMatching(".*\\.(" + String.join("|", OWN_PATHS) + ")")
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "makes a path of a word",
                        call -> (call.getTargetOwner().isEquivalentTo(Path.class)
                                        && call.getTarget().getName().equals("of"))
                                || call.getTargetOwner().isEquivalentTo(Paths.class)))
                .orShould()
                .callConstructorWhere(DescribedPredicate.describe(
                        "makes a file of a word", call -> call.getTargetOwner().isEquivalentTo(File.class)))
                .check(ProductClasses.ALL);
    }

    @Test
    void shouldKeepBeamOutOfEverythingButPacking() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("org.batchmill.ingest.packing..")
                .and()
                .resideInAPackage("org.batchmill..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.beam..")
                .check(ProductClasses.ALL);
    }
}
