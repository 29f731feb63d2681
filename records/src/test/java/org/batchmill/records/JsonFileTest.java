package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFileTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1%%\tb: 2|line 2: while scanning for the next token, found character '\\t(TAB)' that cannot start any token.",
                "a: 1%b: \"c|line 2: while scanning a quoted scalar, found unexpected end of stream",
                "a: [1, 2|line 1: ",
                "a: .nan|line 1: Malformed numeric value '.nan'",
            })
    void shouldSayInOneLineWhatIsWhere(String text, String problem) {
        assertThat(problem(text.replace("%%", "%").replace("%", "\n")))
                .startsWith(problem)
                .doesNotContain("\n")
                .doesNotContain("reader");
    }

    private static String problem(String text) {
        try {
            new YAMLMapper().readTree(text);
            throw new AssertionError("this is YAML: " + text);
        } catch (JsonProcessingException e) {
            return JsonFile.problem(e);
        }
    }
}
