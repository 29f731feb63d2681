package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A record of many components is made by position, and nobody sees that two numbers changed places: what belongs together is a record of
 * its own.
 */
class RecordComponentsTest {

    private static final int MOST = 8;

    /** The groups of a training's options. Each is of a type of its own, so that the compiler tells them apart. */
    private static final String GROUPS = "org.batchmill.jobs.task.TrainOptions";

    @Test
    void shouldHaveFewComponents() {
        List<String> large = ProductClasses.ALL.stream()
                .filter(type -> type.isRecord() && components(type) > MOST)
                .map(JavaClass::getName)
                .toList();
        assertThat(ProductClasses.ALL.stream().filter(JavaClass::isRecord)).hasSizeGreaterThan(200);
        assertThat(large).containsExactly(GROUPS);
    }

    @Test
    void shouldHaveNoTwoComponentsOfATypeWhereThereAreMany() {
        assertThat(ProductClasses.ALL.get(GROUPS).getFields().stream()
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                        .map(field -> field.getRawType().getName()))
                .doesNotHaveDuplicates();
    }

    private static long components(JavaClass type) {
        return type.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .count();
    }
}
