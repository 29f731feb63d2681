package org.batchmill.it;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The product's own classes, for rules on them: neither the testkit nor the tests that Maven hands over as jars. */
final class ProductClasses {

    /** Reading them takes seconds: once for all the rules that a JVM holds them to. */
    static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar") && !location.contains("testkit"))
            .importPackages("org.batchmill");

    private ProductClasses() {}
}
