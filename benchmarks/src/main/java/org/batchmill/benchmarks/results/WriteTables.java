package org.batchmill.benchmarks.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the tables of the documentation anew from the kept results. A page says where one goes:
 *
 * <pre>
 * &lt;!-- table EngineComparison AVX2 training --&gt;
 * &lt;!-- end --&gt;
 * </pre>
 *
 * <p>names a benchmark, the instruction set that it ran with, and what the first cell of a row must hold (nothing: all rows). The newest
 * run that has such a row stands there; a place for which there is none is left as it is. Arguments: the folder of the pages ({@code docs})
 * and that of the results ({@code benchmarks/results}), both optional.
 */
public final class WriteTables {

    private static final Pattern PLACE =
            Pattern.compile("(?s)(<!-- table (\\S+) (\\S+) ?(.*?) ?-->\n).*?(<!-- end -->)");

    private WriteTables() {}

    public static void main(String[] arguments) throws IOException {
        Path pages = Path.of(arguments.length > 0 ? arguments[0] : "docs");
        Path results = Path.of(arguments.length > 1 ? arguments[1] : ResultTable.FOLDER);
        for (String page : write(pages, results)) {
            System.out.println("wrote " + page);
        }
    }

    /** Returns the pages that changed. */
    static List<String> write(Path pages, Path folder) throws IOException {
        List<RunResult> results = read(folder);
        List<String> changed = new ArrayList<>();
        for (Path page : files(pages, ".md")) {
            String before = Files.readString(page);
            String after = PLACE.matcher(before).replaceAll(place -> quoted(place, results));
            if (!after.equals(before)) {
                Files.writeString(page, after);
                changed.add(page.toString());
            }
        }
        return changed;
    }

    private static String quoted(MatchResult place, List<RunResult> newestFirst) {
        String table = newestFirst.stream()
                .filter(run -> run.benchmark().equals(place.group(2))
                        && run.machine().instructions().equals(place.group(3)))
                .map(run -> run.markdown(place.group(4)))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .map(text -> place.group(1) + text + place.group(5))
                .orElse(place.group());
        return Matcher.quoteReplacement(table);
    }

    private static List<RunResult> read(Path folder) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<RunResult> results = new ArrayList<>();
        for (Path file : files(folder, ".json")) {
            results.add(json.readValue(Files.readString(file, StandardCharsets.UTF_8), RunResult.class));
        }
        results.sort(Comparator.comparing(RunResult::date).reversed());
        return results;
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}
