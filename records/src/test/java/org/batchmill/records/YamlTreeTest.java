package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anchors and aliases, which a data.yaml that somebody wrote by hand may have anywhere. */
class YamlTreeTest {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static String json(String yaml) throws JsonProcessingException {
        return YamlTree.read(YAML, yaml.replace("%", "\n")).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: &n [x, y]%b: *n|{\"a\":[\"x\",\"y\"],\"b\":[\"x\",\"y\"]}",
                "a: &n%  - x%b: *n|{\"a\":[\"x\"],\"b\":[\"x\"]}",
                "a: &n 7%b: [*n, *n]|{\"a\":7,\"b\":[7,7]}",
                "a: &n {x: &m 1}%b: {y: *n, z: *m}|{\"a\":{\"x\":1},\"b\":{\"y\":{\"x\":1},\"z\":1}}",
                "a: &n 1%b: &n 2%c: *n|{\"a\":1,\"b\":2,\"c\":2}",
                "a: &n null%b: *n|{\"a\":null,\"b\":null}",
                "a: &n {x: 1, y: 2}%b: {<<: *n, y: 3}|{\"a\":{\"x\":1,\"y\":2},\"b\":{\"y\":3,\"x\":1}}",
                "a: &n {x: 1}%m: &m {x: 2, y: 2}%b: {<<: [*n, *m]}|{\"a\":{\"x\":1},\"m\":{\"x\":2,\"y\":2},\"b\":{\"x\":1,\"y\":2}}",
                "<<: [1]%'<<x': 2|{\"<<\":[1],\"<<x\":2}",
                "a: '*n'|{\"a\":\"*n\"}",
            })
    void shouldPutTheValueOfAnAnchorWhereItsAliasStands(String yaml, String json) throws JsonProcessingException {
        assertThat(json(yaml)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1",
                "a: [1, 2.5, text, true, 0x1f, ~]%b: {}%---%c: 1",
                "[]",
                "7",
                "'text'",
                "''",
                "#",
                "a: yes%b: 1e3"
            })
    void shouldReadWhatHasNoAnchorsAsJacksonDoes(String yaml) throws JsonProcessingException {
        String text = yaml.replace("%", "\n");
        assertThat(YamlTree.read(YAML, text)).isEqualTo(YAML.readTree(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1%b: *n|line 2: *n stands for nothing: there is no &n before it",
                "a: &n [1, *n]|line 1: *n stands for nothing",
                "a: 1%a: 2|line 2: Duplicate field 'a'",
            })
    void shouldSayInOneLineWhatIsWrong(String yaml, String problem) {
        assertThatThrownBy(() -> json(yaml))
                .isInstanceOfSatisfying(
                        JsonProcessingException.class,
                        e -> assertThat(JsonFile.problem(e)).startsWith(problem).doesNotContain("\n"));
    }

    /** Nine lines that stand for a thousand million values. */
    @Test
    void shouldRefuseAliasesThatStandForMoreThanMemoryHolds() {
        StringBuilder yaml = new StringBuilder("a: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (int i = 1; i < 9; i++) {
            yaml.append("a").append(i).append(": &a").append(i).append(" [");
            yaml.append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
        }
        assertThatThrownBy(() -> json(yaml.toString()))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("aliases stand for more than 100000 values");
    }
}
