package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rooms of jobs lie one above the other, in the order in which docs/architecture.md names them. */
class JobRoomsTest {

    private static final String JOBS = "org.batchmill.jobs";
    private static final int MOST_ROOMS = 26;
    private static final int MOST_UPWARD = 3;
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern ROW = Pattern.compile("\\| `(jobs(?:\\.\\w+)*)` \\|.*");

    private static final JavaClasses CLASSES =
            ProductClasses.ALL.that(JavaClass.Predicates.resideInAPackage(JOBS + ".."));

    @Test
    void shouldNameEveryRoomInTheArchitecture() throws IOException {
        assertThat(order()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(MOST_ROOMS);
        assertThat(order()).containsExactlyInAnyOrderElementsOf(rooms());
    }

    @Test
    void shouldHaveNoCircleBetweenRooms() {
        SlicesRuleDefinition.slices()
                .matching("org.batchmill.(jobs..)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void shouldPointDownwardsAlmostEverywhere() throws IOException {
        List<String> order = order();
        Set<String> upward = new TreeSet<>();
        for (JavaClass user : CLASSES) {
            user.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass used = dependency.getTargetClass().getBaseComponentType();
                if (used.getPackageName().startsWith(JOBS) && order.indexOf(room(used)) < order.indexOf(room(user))) {
                    upward.add(room(user) + " -> " + room(used));
                }
            });
        }
        assertThat(upward).hasSizeLessThanOrEqualTo(MOST_UPWARD);
    }

    private static Set<String> rooms() {
        Set<String> rooms = new TreeSet<>();
        CLASSES.forEach(one -> rooms.add(room(one)));
        return rooms;
    }

    private static String room(JavaClass one) {
        return one.getPackageName().substring("org.batchmill.".length());
    }

    /** From the top down. */
    private static List<String> order() throws IOException {
        List<String> order = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/architecture.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                order.add(row.group(1));
            }
        }
        return order;
    }
}
