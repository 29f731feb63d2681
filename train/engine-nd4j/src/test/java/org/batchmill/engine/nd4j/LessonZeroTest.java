package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Test;

/** The snippets of docs/lessons.md's lesson zero in JShell, as they stand there. */
class LessonZeroTest {

    private static final String BEGIN = "```java";
    private static final String END = "```";

    private static List<String> snippets() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../../docs/lessons.md"));
        int lesson = lines.indexOf("## Lesson zero");
        assertThat(lesson).isNotNegative();
        List<String> snippets = new ArrayList<>();
        StringBuilder snippet = null;
        for (String line : lines.subList(lesson + 1, lines.size())) {
            if (line.startsWith("## ")) {
                break;
            } else if (line.equals(BEGIN)) {
                snippet = new StringBuilder();
            } else if (line.equals(END) && snippet != null) {
                snippets.add(snippet.toString());
                snippet = null;
            } else if (snippet != null) {
                snippet.append(line).append('\n');
            }
        }
        return snippets;
    }

    /** Runs what a snippet holds, statement by statement; gives the last one's value. */
    private static String run(JShell shell, String snippet) {
        String left = snippet;
        String value = null;
        while (!left.isBlank()) {
            SourceCodeAnalysis.CompletionInfo statement =
                    shell.sourceCodeAnalysis().analyzeCompletion(left);
            for (SnippetEvent event : shell.eval(statement.source())) {
                assertThat(event.exception()).as(statement.source()).isNull();
                assertThat(event.status()).as(statement.source()).isEqualTo(Snippet.Status.VALID);
                value = event.value();
            }
            left = statement.remaining();
        }
        return value;
    }

    @Test
    void shouldRunAsItStandsThere() throws IOException {
        List<String> snippets = snippets();
        assertThat(snippets).hasSize(2);
        assertThat(snippets.get(0).lines()).hasSize(10);
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                shell.addToClasspath(entry);
            }
            for (String usual : List.of("java.util.*", "java.nio.*")) {
                run(shell, "import " + usual + ";");
            }
            run(shell, snippets.get(0));
            assertThat(run(shell, "Arrays.toString(fetched.reshape(6).toFloatVector())"))
                    .isEqualTo("\"[4.5, 6.0, 7.5, 13.5, 15.0, 16.5]\"");
            run(shell, snippets.get(1));
            assertThat(run(shell, "Arrays.toString(outputs)")).isEqualTo("\"[4.5, 6.0, 7.5, 13.5, 15.0, 16.5]\"");
        }
    }
}
