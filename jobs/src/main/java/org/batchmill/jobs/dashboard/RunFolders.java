package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.RunLock;

/**
 * All runs below some folders: looked for again now and then, since trainings begin while a page is open. Links are not followed. Safe
 * for use by many threads.
 */
final class RunFolders {

    private static final int DEEPEST = 10;
    private static final int MOST_RUNS = 2000;
    private static final long LONGEST_NANOS = 2_000_000_000L;

    /** Looking for runs takes at most this part of the time, until what was found would be too old. */
    private static final int SHARE = 20;

    /** What makes a folder one of a run, or of a search. */
    private static final List<String> SIGNS = List.of(RunFiles.METRICS, RunFiles.TRIALS, RunLock.NAME);

    private final List<Path> roots;
    private Map<String, Run> known = Map.of();
    private long lookAgain = System.nanoTime();

    /** @param roots folders; one that is not there yet is waited for */
    RunFolders(List<Path> roots) {
        for (Path root : roots) {
            if (Files.exists(root) && !Files.isDirectory(root)) {
                throw new UsageException(root + " is no folder: name a run folder, or one with runs in it");
            }
        }
        this.roots = List.copyOf(roots);
    }

    /** The runs in the order of their names, by their ids. */
    synchronized Map<String, Run> all() {
        long start = System.nanoTime();
        if (start - lookAgain >= 0) {
            known = found();
            long end = System.nanoTime();
            lookAgain = end + Math.min(LONGEST_NANOS, SHARE * (end - start));
        }
        return known;
    }

    private Map<String, Run> found() {
        Map<String, Run> runs = new LinkedHashMap<>();
        for (int i = 0; i < roots.size(); i++) {
            Path root;
            Map<String, Path> folders = new TreeMap<>();
            try {
                root = roots.get(i).toRealPath();
                walk(root, folders);
            } catch (IOException e) {
                continue; // not there yet
            }
            for (Map.Entry<String, Path> folder : folders.entrySet()) {
                String id = i + (folder.getKey().isEmpty() ? "" : "/" + folder.getKey());
                Run before = known.get(id);
                if (runs.size() < MOST_RUNS) {
                    runs.put(
                            id,
                            before != null
                                    ? before
                                    : new Run(id, name(root, folder.getKey()), root, folder.getValue()));
                }
            }
        }
        return runs;
    }

    private static void walk(Path root, Map<String, Path> folders) throws IOException {
        Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), DEEPEST, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean run = SIGNS.stream().anyMatch(sign -> Files.isRegularFile(folder.resolve(sign)));
                if (run) {
                    folders.put(String.join("/", parts(root.relativize(folder))), folder);
                }
                // A run keeps checkpoints and lists below it, a search its trials.
                boolean leaf = run && !Files.isDirectory(folder.resolve("trials"));
                return folders.size() >= MOST_RUNS
                        ? FileVisitResult.TERMINATE
                        : leaf ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static List<String> parts(Path path) {
        List<String> parts = new ArrayList<>();
        path.forEach(part -> {
            if (!part.toString().isEmpty()) {
                parts.add(part.toString());
            }
        });
        return parts;
    }

    private static String name(Path root, String below) {
        String last = root.getFileName() == null
                ? root.toString()
                : root.getFileName().toString();
        return below.isEmpty() ? last : below;
    }
}
