package org.batchmill.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteTablesTest {

    private static final List<Column> COLUMNS = List.of(Column.text("case"), Column.number("ms", 2));

    @TempDir
    Path folder;

    private Path page;
    private Path results;

    @BeforeEach
    void makeFolders() throws IOException {
        page = folder.resolve("page.md");
        results = Files.createDirectory(folder.resolve("results"));
    }

    @Test
    void shouldPrintRowsAndKeepThemWithTheMachine() throws Exception {
        String printed = run("Speed", "one training", 1.5, "two inference", null);
        assertThat(printed)
                .startsWith("| case | ms |\n|---|---:|\n| one training | 1.50 |\n| two inference |  |\n")
                .contains("kept in " + results);
        String instructions = Machine.here().instructions();
        Files.writeString(
                page, "# Page\n\n<!-- table Speed " + instructions + " training -->\nold\n<!-- end -->\nrest\n");
        assertThat(WriteTables.write(folder, results)).containsExactly(page.toString());
        assertThat(Files.readString(page))
                .startsWith("# Page\n\n<!-- table Speed " + instructions + " training -->\n"
                        + Machine.here().describe())
                .contains("`Speed 2 $1`\n\n| case | ms |\n|---|---:|\n| one training | 1.50 |\n<!-- end -->\nrest\n")
                .doesNotContain("old", "inference");
        assertThat(WriteTables.write(folder, results)).isEmpty();
    }

    @Test
    void shouldLeaveAPlaceAloneForWhichNothingWasMeasured() throws Exception {
        run("Speed", "one", 1, "two", 2);
        String before = "<!-- table Speed none -->\nold\n<!-- end -->\n<!-- table Other AVX2 -->\nold\n<!-- end -->\n";
        Files.writeString(page, before);
        assertThat(WriteTables.write(folder, results)).isEmpty();
        assertThat(Files.readString(page)).isEqualTo(before);
    }

    @Test
    void shouldRefuseARowOfAnotherWidthAndKeepNothingOfAnEmptyTable() throws Exception {
        try (ResultTable table = ResultTable.begin("Speed", List.of(), COLUMNS, quiet(), results)) {
            assertThatThrownBy(() -> table.row("one")).hasMessage("1 values for 2 columns");
        }
        assertThat(results).isEmptyDirectory();
    }

    private String run(String name, Object... cells) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (ResultTable table = ResultTable.begin(name, List.of("2", "$1"), COLUMNS, out, results)) {
            for (int i = 0; i < cells.length; i += 2) {
                table.row(cells[i], cells[i + 1] == null ? null : ((Number) cells[i + 1]).doubleValue());
            }
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    private static PrintStream quiet() {
        return new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    }
}
