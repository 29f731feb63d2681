package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as people link them together. */
class FolderWalkTest {

    @TempDir
    private Path root;

    private Path file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private List<String> found() throws IOException {
        return FolderWalk.files(root, name -> name.endsWith(".jpg")).stream()
                .map(file -> root.relativize(file).toString())
                .toList();
    }

    @Test
    void shouldPassByLinksThatLeadBack() throws IOException {
        file("a/b/1.jpg");
        file("2.jpg");
        Files.createSymbolicLink(root.resolve("a/b/up"), root.resolve("a"));
        Files.createSymbolicLink(root.resolve("a/all"), root);
        assertThat(found()).containsExactly("2.jpg", "a/b/1.jpg");
    }

    @Test
    void shouldPassByALinkThatLeadsAboveTheFolder() throws IOException {
        file("images/val/1.jpg");
        Path train = file("images/train/2.jpg").getParent();
        Files.createSymbolicLink(train.resolve("all"), root.resolve("images"));
        assertThat(FolderWalk.files(train, name -> true)).containsExactly(train.resolve("2.jpg"));
    }

    @Test
    void shouldFollowLinksThatLeadElsewhere(@TempDir Path elsewhere) throws IOException {
        Files.writeString(elsewhere.resolve("3.jpg"), "");
        Files.createSymbolicLink(root.resolve("linked"), elsewhere);
        Files.createSymbolicLink(root.resolve("broken.jpg"), root.resolve("nowhere"));
        assertThat(found()).containsExactly("linked/3.jpg");
        assertThat(FolderWalk.any(root, name -> name.endsWith(".jpg"))).isTrue();
    }

    /** Told of the failure itself: an administrator, who may run this test, looks into everything. */
    @Test
    void shouldPassByALostAndFoundOfTheAdministrators() throws IOException {
        FolderWalk.Visitor visitor = new FolderWalk.Visitor() {};
        Path lost = root.resolve("lost+found");
        assertThat(visitor.visitFileFailed(lost, new AccessDeniedException(lost.toString())))
                .isEqualTo(FileVisitResult.CONTINUE);
        Path photos = root.resolve("photos");
        assertThatThrownBy(() -> visitor.visitFileFailed(photos, new AccessDeniedException(photos.toString())))
                .isInstanceOf(AccessDeniedException.class);
    }

    /** Each of three links to their own folder can be taken after each other: so many paths as no computer ends with. */
    @Test
    void shouldEndWhereManyLinksLeadBackAndNothingIsFound() throws IOException {
        file("a/1.txt");
        for (String name : List.of("x", "y", "z")) {
            Files.createSymbolicLink(root.resolve("a/" + name), root.resolve("a"));
        }
        assertThat(FolderWalk.any(root, name -> name.endsWith(".jpg"))).isFalse();
        assertThat(FolderWalk.any(root.resolve("none"), name -> true)).isFalse();
    }
}
