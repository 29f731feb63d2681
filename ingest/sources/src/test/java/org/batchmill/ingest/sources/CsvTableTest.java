package org.batchmill.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

    @TempDir
    Path folder;

    private SampleSource.Indexed open(String name, String text, String... targets) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return (SampleSource.Indexed)
                Sources.open(file.toString(), SourceOptions.defaults().withTargets(List.of(targets)));
    }

    private static float[] features(Sample sample) {
        return ((Content.Features) sample.content()).values();
    }

    private static float[] targets(Sample sample) {
        return ((Labels.Targets) sample.labels()).values();
    }

    @Test
    void shouldPredictTheLastColumnOfAnyHeader() throws IOException {
        try (SampleSource.Indexed table =
                open("a.csv", "\ufeffage,\"pressure, mean\", ill\r\n31,70.5,1\r\n\r\n-4e1,2,0\r\n")) {
            assertThat(table.size()).isEqualTo(2);
            assertThat(table.read(0).id().value()).isEqualTo("a.csv#0");
            assertThat(features(table.read(0))).containsExactly(31, 70.5f);
            assertThat(targets(table.read(0))).containsExactly(1);
            assertThat(features(table.read(1))).containsExactly(-40, 2);
        }
    }

    @Test
    void shouldPredictTheColumnsThatAreNamed() throws IOException {
        try (SampleSource.Indexed table = open("a.csv", "a,b,c\n1,2,3\n", "c", "a")) {
            assertThat(features(table.read(0))).containsExactly(2);
            assertThat(targets(table.read(0))).containsExactly(3, 1);
        }
    }

    @Test
    void shouldReadATableWithoutAHeader() throws IOException {
        try (SampleSource.Indexed table = open("a.csv", "1,2,3\n4,5,6")) {
            assertThat(table.size()).isEqualTo(2);
            assertThat(targets(table.read(1))).containsExactly(6);
        }
    }

    @Test
    void shouldNameTheLineAndTheColumnOfABadValueAndGoOn() throws IOException {
        try (SampleSource.Indexed table = open("a.csv", "a,b\n1,2\n,3\n4\n5,NaN\n6,7\n")) {
            assertThatThrownBy(() -> table.read(1))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("a.csv: line 3, column a")
                    .hasMessageContaining("\"\" is not a finite number");
            assertThatThrownBy(() -> table.read(2))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("line 4")
                    .hasMessageContaining("1 values for 2 columns");
            assertThatThrownBy(() -> table.read(3)).hasMessageContaining("line 5, column b");
            assertThat(targets(table.read(4))).containsExactly(7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1f", "2d", "0x1p3", "3D"})
    void shouldTakeNoTextForANumberThatJavaAloneDoes(String text) throws IOException {
        try (SampleSource.Indexed table = open("a.csv", "a,b\n" + text + ",2\n6,7\n")) {
            assertThatThrownBy(() -> table.read(0))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("a.csv: line 2, column a")
                    .hasMessageContaining("\"" + text + "\" is not a finite number");
            assertThat(targets(table.read(1))).containsExactly(7);
        }
    }

    @Test
    void shouldNameTheLineWhereAQuoteIsNotClosed() {
        assertThatThrownBy(() -> open("a.csv", "a,b\n1,2\n3,\"4\n"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.resolve("a.csv") + ": line ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void shouldRefuseWhatIsNoTable() throws IOException {
        assertThatThrownBy(() -> open("a.csv", "")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> open("a.csv", "a,b\n")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> open("a.csv", "only\n1\n")).hasMessageContaining("at least two columns");
        assertThatThrownBy(() -> open("a.csv", "a,b\n1,2\n", "c"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("there are a, b");
        assertThatThrownBy(() -> open("a.csv", "a,b\n1,2\n", "a", "b")).isInstanceOf(UsageException.class);
        Files.write(folder.resolve("latin.csv"), "k\u00e4se,b\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Sources.open(folder.resolve("latin.csv").toString(), SourceOptions.defaults()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void shouldReadAFolderOfTablesByItsListsAndRefuseOtherColumns() throws IOException {
        open("train.csv", "a,b\n1,2\n").close();
        open("val.csv", "a,b\n3,4\n5,6\n").close();
        SourceOptions options = SourceOptions.defaults();
        assertThat(Sources.lists(folder.toString(), options)).containsExactly("train", "val");
        try (SampleSource source = Sources.open(folder.toString(), options.withSplit("val"))) {
            assertThat(((SampleSource.Indexed) source).size()).isEqualTo(2);
        }
        open("more.csv", "a,c\n3,4\n").close();
        assertThatThrownBy(() -> Sources.open(folder.toString(), options))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("[a, b]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5,1,?,1,0", "5,1,NA,1,0", "5,1,,1,0", "5,1,nan,1,0", "5,1,-,1,0", "?,?,?,?,?", "5,1,#N/A,1,0"})
    void shouldNotTakeAFirstRowThatLacksANumberForNames(String first) throws IOException {
        try (SampleSource.Indexed table = open("t.csv", first + "\n4,2,3,1,1\n")) {
            assertThat(table.size()).isEqualTo(2);
            assertThatThrownBy(() -> table.read(0))
                    .hasMessageContaining("line 1")
                    .hasMessageContaining("bad-annotation");
            assertThat(targets(table.read(1))).containsExactly(1);
            assertThat(table.notices()).isEmpty();
        }
    }

    @Test
    void shouldSayThatALineWithNumbersWasTakenForNames() throws IOException {
        try (SampleSource.Indexed table = open("t.csv", "year,2019,2020\n1,2,3\n")) {
            assertThat(table.size()).isEqualTo(1);
            assertThat(table.notices()).singleElement().satisfies(notice -> assertThat(notice)
                    .contains("taken for names all the same: year, 2019, 2020"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a;b;c\n1,5;2,5;-3\n",
                "1,5;2,5;-3",
                "\n1,5;2,5;-3",
                "a\tb\tc\n1.5\t2.5\t-3\n",
                "\ufeffa,b,c\r\n1.5,2.5,-3\r\n",
                "\"a\",\"b\",\"c\"\n\"1.5\",\"2.5\",\"-3\"\n"
            })
    void shouldReadTheTablesOfSpreadsheets(String text) throws IOException {
        try (SampleSource.Indexed table = open("t.csv", text)) {
            assertThat(table.size()).isEqualTo(1);
            Sample row = table.read(0);
            assertThat(((Content.Features) row.content()).values()).containsExactly(1.5f, 2.5f);
            assertThat(((Labels.Targets) row.labels()).values()).containsExactly(-3f);
        }
    }

    @Test
    void shouldReadATableInUtf16() throws IOException {
        Files.write(folder.resolve("t.csv"), "\ufeffa\tb\n1\t2\n".getBytes(StandardCharsets.UTF_16LE));
        try (SampleSource source = Sources.open(folder.resolve("t.csv").toString(), SourceOptions.defaults())) {
            assertThat(((SampleSource.Indexed) source).size()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseDecimalsWithACommaWhereCommasPartTheFields() throws IOException {
        try (SampleSource.Indexed table = open("t.csv", "a,b\n1,5,2\n1,2\n")) {
            assertThatThrownBy(() -> table.read(0)).hasMessageContaining("3 values for 2 columns");
        }
    }

    @Test
    void shouldRefuseTwoColumnsOfOneName() {
        assertThatThrownBy(() -> open("t.csv", "a,b,a\n1,2,3\n")).hasMessageContaining("two columns are named \"a\"");
    }
}
