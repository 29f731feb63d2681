package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A new kind of labels, content, layer, optimizer or schedule fails to compile wherever kinds differ, because such code walks them
 * with a visitor. Asking for one kind is fine; asking for one after the other leaves out the next that somebody adds.
 */
class ClosedFamiliesTest {

    /** It counts that no parameter was left out, and refuses a network otherwise. */
    private static final String COUNTS = "org.batchmill.train.darknet.WeightStream";

    @Test
    void shouldAskForNoTwoKindsOfAFamilyInOneMethod() {
        Map<String, String> families = families();
        List<String> chains = new ArrayList<>();
        for (JavaClass type : ProductClasses.ALL) {
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                Map<String, Set<String>> asked = new HashMap<>();
                for (InstanceofCheck check : unit.getInstanceofChecks()) {
                    String kind = check.getRawType().getName();
                    if (families.containsKey(kind)) {
                        asked.computeIfAbsent(families.get(kind), family -> new HashSet<>())
                                .add(kind);
                    }
                }
                asked.values().stream()
                        .filter(kinds -> kinds.size() > 1 && !type.getName().equals(COUNTS))
                        .forEach(kinds -> chains.add(unit.getFullName() + ": " + kinds));
            }
        }
        assertThat(families).hasSizeGreaterThan(45);
        assertThat(chains).isEmpty();
    }

    /** The kinds of each family that has a visitor, by name, with the name of the family. */
    private static Map<String, String> families() {
        Map<String, String> families = new HashMap<>();
        for (JavaClass type : ProductClasses.ALL) {
            boolean visited = type.getMethods().stream()
                    .anyMatch(method -> method.getName().equals("accept"));
            if (visited && type.isInterface() && type.reflect().isSealed()) {
                Arrays.stream(type.reflect().getPermittedSubclasses())
                        .forEach(kind -> families.put(kind.getName(), type.getName()));
            }
        }
        return families;
    }

    @Test
    void shouldCastToNoKindOfAFamily() throws IOException {
        Set<String> names = families().keySet().stream()
                .map(kind -> kind.substring(kind.lastIndexOf('.') + 1).replace('$', '.'))
                .collect(Collectors.toSet());
        Pattern cast = Pattern.compile("\\((" + String.join("|", names) + ")\\) ");
        List<String> casts = new ArrayList<>();
        for (Path file : Modules.sources()) {
            cast.matcher(Files.readString(file))
                    .results()
                    .forEach(hit -> casts.add(file.getFileName() + ": " + hit.group()));
        }
        assertThat(casts).isEmpty();
    }
}
