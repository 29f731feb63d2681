package org.batchmill.records.annotations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that people name where a folder could stand. */
class DataSetFileTest {

    private static final String LINE = "0 0.5 0.5 0.5 0.5";

    @TempDir
    private Path root;

    private DrawnFolder folder;

    @BeforeEach
    void make() {
        folder = new DrawnFolder(root);
    }

    private AnnotatedFolder open(String file) throws IOException {
        return AnnotatedFolder.open(DataSetFile.of(root.resolve(file)).orElseThrow(), FolderOptions.defaults());
    }

    private void yolo() throws IOException {
        for (String list : List.of("train", "val")) {
            folder.image("images/" + list + "/" + list + ".png", 40, 40)
                    .text("labels/" + list + "/" + list + ".txt", LINE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.yaml", "cells.yml", "Data.YAML"})
    void shouldReadTheYamlOfYolo(String name) throws IOException {
        yolo();
        folder.text(name, "train: images/train", "val: images/val", "names: [cell]");
        folder.text("other.yaml", "train: images/train", "names: [other]");
        AnnotatedFolder read = open(name);
        assertThat(read.lists()).containsExactly("train", "val");
        assertThat(read.classes()).containsExactly("cell");
        assertThat(DrawnFolder.ids(read)).containsExactly("images/train/train.png", "images/val/val.png");
    }

    @Test
    void shouldSayWhatIsWrongWithAYamlThatIsNone() throws IOException {
        yolo();
        folder.text("data.yaml", "train: [images/train");
        folder.assertRefused(Kind.CORRUPT, "data.yaml", () -> open("data.yaml"));
    }

    @Test
    void shouldReadTheDescriptionAndTheListsOfDarknet() throws IOException {
        yolo();
        folder.text("obj.data", "classes = 1", "train = train.txt", "valid = val.txt", "names = obj.names")
                .text("obj.names", "cell")
                .text("train.txt", "images/train/train.png")
                .text("val.txt", "", "/home/me/data/images/val/val.png");
        assertThat(open("obj.data").lists()).containsExactly("train", "val");
        AnnotatedFolder list = open("val.txt");
        assertThat(DrawnFolder.ids(list)).containsExactly("images/val/val.png");
        assertThat(list.classes()).containsExactly("cell");
        assertThat(DrawnFolder.boxes(list, 0)).extracting(Box::className).containsExactly("cell");
    }

    @Test
    void shouldReadAListThatLiesInAFolderOfLists() throws IOException {
        yolo();
        folder.text("lists/some.txt", "../images/val/val.png").text("classes.txt", "cell");
        AnnotatedFolder list = open("lists/some.txt");
        assertThat(DrawnFolder.ids(list)).containsExactly("images/val/val.png");
        assertThat(list.classes()).containsExactly("cell");
    }

    @ParameterizedTest
    @CsvSource({
        "annotations/instances_val2017.json, val2017/a.png, val",
        "annotations/instances_val2017.json, images/a.png, val",
        "val/_annotations.coco.json, val/a.png, val",
        "labels.json, a.png, labels",
        "labels/labels.json, images/a.png, labels"
    })
    void shouldReadOneFileOfCoco(String file, String image, String list) throws IOException {
        String object = "{\"id\":1,\"image_id\":7,\"category_id\":3,\"bbox\":[10,5,20,40]}";
        String text = "{\"images\":[{\"id\":7,\"file_name\":\"a.png\"}],\"annotations\":[" + object
                + "],\"categories\":[{\"id\":3,\"name\":\"dog\"}]}";
        folder.image(image, 100, 50).text(file, text).text("annotations/instances_train2017.json", text);
        AnnotatedFolder read = open(file);
        assertThat(read.lists()).containsExactly(list);
        assertThat(read.size()).isEqualTo(1);
        assertThat(DrawnFolder.boxes(read, 0)).containsExactly(new Box("dog", 0.1f, 0.1f, 0.3f, 0.9f));
    }

    @Test
    void shouldReadAListOfVoc() throws IOException {
        for (String name : List.of("a", "b")) {
            folder.image("JPEGImages/" + name + ".jpg", 96, 64)
                    .text("Annotations/" + name + ".xml", "<annotation></annotation>");
        }
        folder.text("ImageSets/Main/train.txt", "a").text("ImageSets/Main/val.txt", "b");
        assertThat(DrawnFolder.ids(open("ImageSets/Main/val.txt"))).containsExactly("JPEGImages/b.jpg");
    }

    @ParameterizedTest
    @CsvSource({"driving_log.csv, IMG/c.jpg;IMG/l.jpg;IMG/r.jpg;0.5", "data.txt, c.jpg 0.5", "angles.txt, c.jpg 0.5"})
    void shouldReadALogOfAngles(String name, String row) throws IOException {
        folder.image("IMG/c.jpg", 8, 8).text(name, row);
        AnnotatedFolder read = open(name);
        assertThat(((Labels.Steering) read.read(0).labels()).angle()).isEqualTo(0.5f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.tfrecord", "table.csv", "notes.txt", "classes.txt", "more.json", "empty.txt"})
    void shouldLeaveOtherFilesToOthers(String name) throws IOException {
        Files.writeString(root.resolve(name), name.startsWith("empty") ? "" : "{\"a\": 1}\n");
        assertThat(DataSetFile.of(root.resolve(name))).isEmpty();
    }
}
