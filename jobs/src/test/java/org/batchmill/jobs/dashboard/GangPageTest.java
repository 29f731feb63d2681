package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ranks of a gang in a real browser. */
@Tag("concurrent")
class GangPageTest {

    @TempDir
    Path folder;

    @Test
    void shouldTellOfRanksWhatTheRunFolderHolds() throws Exception {
        Path run = Files.createDirectories(folder.resolve("first"));
        Files.writeString(
                run.resolve("metrics.csv"),
                "step,loss,others_share,slowest_rank,staleness\n1,2,.25,1,0\n2,2,.25,1,3\n3,2,.5,0,1\n4,2,.125,1,1\n");
        Files.writeString(run.resolve("staleness.csv"), "staleness,updates\n0,10\n3,20\nhalf");
        Files.writeString(run.resolve("rank-1.log"), "one\nlast <b>line</b>\n");
        Files.writeString(folder.resolve("secret.log"), "hidden");
        Files.createSymbolicLink(run.resolve("rank-2.log"), folder.resolve("secret.log"));
        Files.writeString(run.resolve("rank-x.log"), "hidden");

        try (OpenPages pages = OpenPages.of(run)) {
            pages.show("gang");

            assertThat(pages.text(
                            "return document.querySelector('[data-column=others_share] .readout tr').dataset.value"))
                    .isEqualTo("0.125");
            assertThat(
                            pages.text(
                                    "return [...document.querySelectorAll('#page .table td')].map((td) => td.textContent).join()"))
                    .isEqualTo("0,25,,1,75,last <b>line</b>");
            assertThat(pages.text("return document.querySelector('pre').textContent"))
                    .isEqualTo("one\nlast <b>line</b>");
            assertThat(pages.text("return document.body.textContent")).doesNotContain("hidden");
            assertThat(pages.text("return document.querySelectorAll('#page pre b').length"))
                    .isEqualTo("0");
        }
    }

    @Test
    void shouldSayHowToTrainWithSeveralWhereNoneIs() throws Exception {
        Path run = Files.createDirectories(folder.resolve("alone"));
        Files.writeString(run.resolve("metrics.csv"), "step,loss\n1,2\n");

        try (OpenPages pages = OpenPages.of(folder)) {
            pages.show("gang");
            assertThat(pages.text("return document.querySelector('.empty').textContent"))
                    .contains("--ranks 2");
        }
    }
}
