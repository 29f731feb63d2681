package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names and lines of a megabyte: a stack that overflowed, or work that grew with the square of their length. */
@Timeout(300)
class LongNamesTest {

    private static final int MANY = 500_000;

    @TempDir
    private Path root;

    @Test
    void shouldTellALineOfManyValues() {
        assertThat(YoloLine.looksLikeOne("0" + " .5".repeat(MANY))).isTrue();
        assertThat(YoloLine.looksLikeOne("0 .5 .5 .5")).isFalse();
        assertThat(YoloLine.looksLikeOne("0 .5 .5 .5 x")).isFalse();
        assertThat(YoloLine.looksLikeOne("cat .5 .5 .5 .5")).isFalse();
    }

    @Test
    void shouldLeaveOutTheDotsBeforeAName() {
        assertThat(FolderFiles.withoutLeading("./".repeat(MANY) + "a.jpg", "./"))
                .isEqualTo("a.jpg");
        assertThat(FolderFiles.withoutLeading(".//.///a", "./")).isEqualTo("a");
        assertThat(FolderFiles.withoutLeading("../.././a/./b", "./", "../")).isEqualTo("a/./b");
        assertThat(FolderFiles.withoutLeading("../a", "./")).isEqualTo("../a");
        assertThat(FolderFiles.withoutLeading("", "./")).isEmpty();
        assertThat(FolderFiles.withoutLeading("/a", "./")).isEqualTo("/a");
    }

    @Test
    void shouldRefuseANameThatNoFileHas() throws IOException {
        String longest = "/a".repeat(MANY);
        assertThat(YoloLists.locate(root, root, longest)).isNull();
        assertThatThrownBy(() -> new ImageFinder(root).find(List.of(root), longest, "list: line 1"))
                .isInstanceOf(DataException.class)
                .hasMessage("list: line 1: bad-annotation: a name of " + 2 * MANY + " characters is no file name");
    }

    @Test
    void shouldReadListsAndLogsInATimeThatGrowsWithThem() throws IOException {
        DrawnFolder folder = new DrawnFolder(root);
        folder.image("JPEGImages/a.jpg", 8, 8)
                .text("Annotations/a.xml", "<annotation/>")
                .text("ImageSets/Main/train.txt", "../".repeat(MANY));
        folder.assertRefused(DataException.Kind.BAD_ANNOTATION, "", () -> folder.open(AnnotationFormat.VOC));
        folder.text("driving_log.csv", "-\t".repeat(MANY));
        folder.assertRefused(
                DataException.Kind.UNSUPPORTED,
                "driving_log.csv",
                () -> AnnotatedFolder.open(root, AnnotationFormat.UDACITY, FolderOptions.defaults()));
    }

    @Test
    void shouldReadAnImageThatStandsAHundredThousandTimes() throws IOException {
        DrawnFolder folder = new DrawnFolder(root);
        String image = "{\"id\":1,\"file_name\":\"a.jpg\"},";
        folder.image("images/a.jpg", 8, 8)
                .text(
                        "annotations/instances_all.json",
                        "{\"images\":[" + image.repeat(MANY / 5) + "{\"id\":2,\"file_name\":\"a.jpg\"}],"
                                + "\"annotations\":[],\"categories\":[]}");
        assertThat(folder.open(AnnotationFormat.COCO).size()).isEqualTo(1);
    }
}
