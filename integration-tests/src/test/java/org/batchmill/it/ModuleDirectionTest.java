package org.batchmill.it;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md point one way. */
class ModuleDirectionTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.batchmill");

    @Test
    void shouldLetModulesUseOnlyWhatTheTableAllows() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("records")
                .definedBy("org.batchmill.records..")
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
                .layer("jobs")
                .definedBy("org.batchmill.jobs..")
                .layer("cli")
                .definedBy("org.batchmill.cli..")
                .whereLayer("records")
                .mayNotAccessAnyLayer()
                .whereLayer("queues")
                .mayNotAccessAnyLayer()
                .whereLayer("augment")
                .mayOnlyAccessLayers("records", "queues")
                .whereLayer("video")
                .mayOnlyAccessLayers("records", "queues", "augment")
                .whereLayer("sources")
                .mayOnlyAccessLayers("records", "queues", "augment", "video")
                .whereLayer("packing")
                .mayOnlyAccessLayers("records", "queues", "augment", "video", "sources")
                .whereLayer("train")
                .mayOnlyAccessLayers("records", "queues", "augment")
                .whereLayer("engines")
                .mayOnlyAccessLayers("train", "records", "queues")
                .whereLayer("jobs")
                .mayOnlyAccessLayers("records", "queues", "augment", "video", "sources", "packing", "train")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .check(CLASSES);
    }

    @Test
    void shouldKeepNativesOutOfRecordsQueuesAndTheTrainersCore() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage("org.batchmill.records..", "org.batchmill.queues..", "org.batchmill.train..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "org.nd4j..")
                .check(CLASSES);
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
                .check(CLASSES);
    }
}
