package org.batchmill.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The modules as they lie on the disk, for rules on what they hold. Nothing else is looked into: what other tests write below {@code target} comes
 * and goes meanwhile, and a file that goes while its folder is walked ends the walk.
 */
final class Modules {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private Modules() {}

    /** The folders that have a pom.xml, the whole project's first. */
    static List<Path> folders() throws IOException {
        List<Path> found = new ArrayList<>();
        add(ROOT, found);
        return found;
    }

    private static void add(Path folder, List<Path> found) throws IOException {
        found.add(folder);
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.sorted().toList()) {
                if (Files.isRegularFile(child.resolve("pom.xml"))) {
                    add(child, found);
                }
            }
        }
    }

    /** All files of {@code src/main/java}, module by module. */
    static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path module : folders()) {
            Path own = module.resolve("src/main/java");
            if (Files.isDirectory(own)) {
                try (Stream<Path> files = Files.walk(own)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }
}
