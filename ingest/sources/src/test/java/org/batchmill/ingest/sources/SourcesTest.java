package org.batchmill.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {

    @TempDir
    private Path folder;

    @Test
    void shouldOpenTheFilesThatAPatternMatches() throws Exception {
        DrawnDataSet.records(folder.resolve("a-0.tfrecord"), 2);
        DrawnDataSet.records(folder.resolve("a-1.tfrecord"), 3);
        DrawnDataSet.records(folder.resolve("b-0.tfrecord"), 7);

        assertThat(ids(folder.resolve("a-*.tfrecord").toString(), SourceOptions.defaults()))
                .hasSize(5);
    }

    @Test
    void shouldRefuseOptionsThatALayoutDoesNotLookAt() throws Exception {
        DrawnDataSet.records(folder.resolve("a-0.tfrecord"), 2);
        String where = folder.resolve("a-0.tfrecord").toString();
        assertThatThrownBy(
                        () -> Sources.requireUse(where, SourceOptions.defaults().withCameraOffset(.2)))
                .isInstanceOf(UsageException.class)
                .hasMessage("cameraOffset is for driving logs, and " + where + " is records");
        assertThatThrownBy(
                        () -> Sources.requireUse(where, SourceOptions.defaults().withTargets(List.of("y"))))
                .isInstanceOf(UsageException.class)
                .hasMessage("target is for tables, and " + where + " is records");
        Sources.requireUse(where, SourceOptions.defaults());
    }

    @Test
    void shouldOpenTheFilesThatADescriptionOfPackedOnesNames() throws Exception {
        DrawnDataSet.records(folder.resolve("a-train-00000-of-00001.tfrecord"), 2);
        DrawnDataSet.records(folder.resolve("a-val-00000-of-00001.tfrecord"), 3);
        DrawnDataSet.records(folder.resolve("b-0.tfrecord"), 7);
        Path description = Files.writeString(
                folder.resolve("a-dataset.json"),
                """
                {"version": 1, "splits": [
                  {"name": "train", "shards": [{"file": "a-train-00000-of-00001.tfrecord", "split": "train"}]},
                  {"name": "val", "shards": [{"file": "a-val-00000-of-00001.tfrecord", "split": "val"}]}]}
                """);

        assertThat(ids(description.toString(), SourceOptions.defaults())).hasSize(5);
        assertThat(Sources.lists(description.toString(), SourceOptions.defaults()))
                .containsExactly("train", "val");
        assertThat(ids(description.toString(), SourceOptions.defaults().withSplit("val")))
                .hasSize(3);
        assertThatThrownBy(() -> Sources.open(
                        description.toString(), SourceOptions.defaults().withSplit("test")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("[train, val]");

        for (String file : List.of("../a-train-00000-of-00001.tfrecord", "a-gone.tfrecord", "/etc/passwd", "..")) {
            Files.writeString(description, "{\"shards\": [{\"file\": \"" + file + "\"}]}");
            assertThatThrownBy(() -> Sources.open(description.toString(), SourceOptions.defaults()))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("a-dataset.json")
                    .hasMessageContaining(file);
        }
    }

    @Test
    void shouldNameTheDataSetThatLiesInAFolderOfAFolder() throws Exception {
        DrawnDataSet.classes(folder.resolve("unpacked/set"), 5);
        assertThatThrownBy(() -> Sources.open(folder.resolve("unpacked").toString(), SourceOptions.defaults()))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith(folder.resolve("unpacked/set") + " has some (classes): name that");
    }

    @Test
    void shouldNameTheListOfAFolderWhoseImagesLieUndivided() throws Exception {
        DrawnDataSet.classes(folder.resolve("all"), 2);
        Path images = Files.createDirectories(folder.resolve("set/images"));
        Files.copy(folder.resolve("all/disc").toFile().listFiles()[0].toPath(), images.resolve("a.png"));
        Path list = Files.writeString(folder.resolve("set/labels.csv"), "image,label\nimages/a.png,disc\n");
        assertThatThrownBy(() -> Sources.open(folder.resolve("set").toString(), SourceOptions.defaults()))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith(list + " has some: name that");
        assertThat(ids(list.toString(), SourceOptions.defaults())).containsExactly("images/a.png");
        assertThat(ids(list.toString(), SourceOptions.defaults().withFormat(DataFormat.CLASSES)))
                .hasSize(1);
    }

    @Test
    void shouldTellTheLayoutOfAFolder() throws Exception {
        DrawnDataSet.voc(folder.resolve("voc"), 5);
        DrawnDataSet.classes(folder.resolve("classes"), 5);

        try (SampleSource.Indexed voc = open(folder.resolve("voc").toString());
                SampleSource.Indexed classes = open(folder.resolve("classes").toString())) {
            assertThat(voc.read(0).labels()).isInstanceOf(Labels.Boxes.class);
            assertThat(classes.read(0).labels()).isEqualTo(new Labels.ClassLabel("disc"));
            assertThat(classes.classes()).containsExactly("disc", "square");
        }
    }

    @Test
    void shouldSayThatAFolderLooksLikeAnotherLayoutTooAndHowToReadIt() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 5);
        Files.writeString(voc.resolve("more.json"), "{\"images\": [], \"annotations\": [], \"categories\": []}");
        try (SampleSource source = Sources.open(voc.toString(), SourceOptions.defaults())) {
            assertThat(source.notices())
                    .containsExactly("it is read as voc and looks like coco too: --format coco reads it so");
        }
        SourceOptions told = SourceOptions.defaults().withFormat(DataFormat.VOC);
        try (SampleSource source = Sources.open(voc.toString(), told)) {
            assertThat(source.notices()).isEmpty();
        }
    }

    @Test
    void shouldPassOverHiddenRecordFiles() throws Exception {
        DrawnDataSet.records(folder.resolve("a-0.tfrecord"), 2);
        Files.writeString(folder.resolve("._a-0.tfrecord"), "\0\5\26\7");
        for (String where : List.of(folder.toString(), folder + "/*.tfrecord")) {
            try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, SourceOptions.defaults())) {
                assertThat(source.size()).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldPassOverFoldersAndSocketsThatAreCalledLikeRecordFiles() throws Exception {
        DrawnDataSet.records(folder.resolve("a-0.tfrecord"), 2);
        Files.createDirectory(folder.resolve("b.tfrecord"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("c.tfrecord")));
            assertThat(ids(folder.toString(), SourceOptions.defaults())).hasSize(2);
            assertThatThrownBy(() -> Sources.open(folder.resolve("c.tfrecord").toString(), SourceOptions.defaults()))
                    .isInstanceOf(DataException.class)
                    .hasMessage(folder.resolve("c.tfrecord") + ": unsupported: not a plain file");
        }
    }

    @Test
    void shouldListTheFilesOfAFolderWithALinkThatLeadsBack() throws Exception {
        Path file = Files.writeString(Files.createDirectory(folder.resolve("a")).resolve("1.txt"), "");
        Files.createSymbolicLink(folder.resolve("a/again"), folder);
        assertThat(Sources.files(folder.toString())).containsOnlyKeys(file);
    }

    @Test
    void shouldOpenOneListOfAFolder() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 10);

        assertThat(Sources.lists(voc.toString(), SourceOptions.defaults())).containsExactly("train", "val");
        assertThat(ids(voc.toString(), SourceOptions.defaults().withSplit("val")))
                .containsExactlyInAnyOrder("JPEGImages/p00008.jpg", "JPEGImages/p00009.jpg");
        assertThatThrownBy(() ->
                        Sources.open(voc.toString(), SourceOptions.defaults().withSplit("tset")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("tset");
    }

    @Test
    void shouldRefuseToSplitByListsThatOverlap() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 10);
        Files.writeString(voc.resolve("ImageSets/Main/val.txt"), "p00001\np00009\n");

        assertThatThrownBy(() -> Sources.lists(voc.toString(), SourceOptions.defaults()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("p00001")
                .hasMessageContaining("train and val");
    }

    @Test
    void shouldSayInOneLineWhatIsNotThere() throws Exception {
        Files.createDirectories(folder.resolve("empty"));
        Files.createDirectories(folder.resolve("pictures"));
        Files.write(folder.resolve("pictures/a.jpg"), DrawnDataSet.image(1, "jpg"));

        for (String where : List.of("nowhere", "nowhere/x-*.tfrecord", "none-*.tfrecord", "empty", "pictures")) {
            assertThatThrownBy(() -> open(folder.resolve(where).toString()))
                    .isInstanceOfSatisfying(
                            DataException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING))
                    .hasMessageContaining(folder.resolve(where).toString())
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void shouldReportABadImageAndGoOn() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 3);
        Files.delete(voc.resolve("JPEGImages/p00001.jpg"));
        Files.writeString(voc.resolve("Annotations/p00002.xml"), "<annotation><object>");

        try (SampleSource.Indexed source = open(voc.toString())) {
            assertThatThrownBy(() -> source.read(1))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("p00001.jpg");
            assertThatThrownBy(() -> source.read(2))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("p00002.xml");
            assertThat(source.read(0).id().value()).isEqualTo("JPEGImages/p00000.jpg");
        }
    }

    @Test
    void shouldReadDigits() throws Exception {
        writeDigits("train", 3);
        writeDigits("val", 2);

        assertThat(Sources.lists(folder.toString(), SourceOptions.defaults())).containsExactly("train", "val");
        try (SampleSource.Indexed digits = (SampleSource.Indexed)
                Sources.open(folder.toString(), SourceOptions.defaults().withSplit("train"))) {
            assertThat(digits.size()).isEqualTo(3);
            assertThat(digits.classes()).hasSize(10);
            Sample last = digits.read(2);
            assertThat(last.id().value()).isEqualTo("train-images-idx3-ubyte#2");
            assertThat(last.labels()).isEqualTo(new Labels.ClassLabel("2"));
            Content.RawImage image = (Content.RawImage) last.content();
            assertThat(image.height()).isEqualTo(2);
            assertThat(image.width()).isEqualTo(3);
            assertThat(image.pixels().get(5)).isEqualTo((byte) 17);
        }
        assertThat(ids(folder.toString(), SourceOptions.defaults())).hasSize(5);
    }

    @Test
    void shouldReadDigitsUnderTheNamesThatUnpackersGive() throws Exception {
        writeDigits("train", 3);
        writeDigits("t10k", 2);
        Path labels = folder.resolve("t10k-labels-idx1-ubyte");
        Files.move(labels, folder.resolve("t10k-labels.idx1-ubyte"));
        Path packed = folder.resolve("t10k-images-idx3-ubyte.gz");
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            Files.copy(in, folder.resolve("t10k-images.idx3-ubyte"));
        }
        assertThat(ids(folder.toString(), SourceOptions.defaults()))
                .as("once, not plain and packed")
                .hasSize(5);
        Files.delete(packed);
        assertThat(Sources.lists(folder.toString(), SourceOptions.defaults())).containsExactly("t10k", "train");
        assertThat(ids(folder.toString(), SourceOptions.defaults().withSplit("t10k")))
                .containsExactly("t10k-images.idx3-ubyte#0", "t10k-images.idx3-ubyte#1");
    }

    @Test
    void shouldPassOverTheDigitsThatAreNotAskedFor() throws Exception {
        writeDigits("train", 6);
        SourceOptions options = SourceOptions.defaults().withClasses(List.of("5", "2"));
        assertThat(ids(folder.toString(), options))
                .containsExactly("train-images-idx3-ubyte#2", "train-images-idx3-ubyte#5");
        try (SampleSource digits = Sources.open(folder.toString(), options)) {
            assertThat(digits.classes()).containsExactly("5", "2");
        }
    }

    @Test
    void shouldRefuseDigitsThatAreCutShort() throws Exception {
        writeDigits("train", 3);
        Path images = folder.resolve("train-images-idx3-ubyte.gz");
        byte[] bytes = Files.readAllBytes(images);
        for (int length = 1; length < bytes.length; length++) {
            Files.write(images, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> open(folder.toString()))
                    .isInstanceOfSatisfying(
                            DataException.class, e -> assertThat(e.kind()).isIn(Kind.TRUNCATED, Kind.CORRUPT))
                    .hasMessageContaining(images.toString());
        }
    }

    @Test
    void shouldReadTheDigitsOfMnist() throws Exception {
        Path mnist = SharedData.data("mnist");

        try (SampleSource.Indexed digits = (SampleSource.Indexed)
                Sources.open(mnist.toString(), SourceOptions.defaults().withSplit("val5k"))) {
            int zeros = 0;
            for (long index = 0; index < digits.size(); index++) {
                zeros += digits.read(index).labels().equals(new Labels.ClassLabel("0")) ? 1 : 0;
            }
            assertThat(digits.size()).isEqualTo(5000);
            assertThat(zeros).isEqualTo(460);
        }
    }

    /** Digit {@code i} is an image of 2 x 3 pixels, of value {@code 6 i + place}, labelled {@code i}. */
    private void writeDigits(String name, int count) throws IOException {
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        DataOutputStream imageData = new DataOutputStream(images);
        DataOutputStream labelData = new DataOutputStream(labels);
        for (int value : new int[] {0x803, count, 2, 3}) {
            imageData.writeInt(value);
        }
        labelData.writeInt(0x801);
        labelData.writeInt(count);
        for (int i = 0; i < 6 * count; i++) {
            imageData.write(i);
        }
        for (int i = 0; i < count; i++) {
            labelData.write(i);
        }
        try (GZIPOutputStream gzip =
                new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + "-images-idx3-ubyte.gz")))) {
            gzip.write(images.toByteArray());
        }
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.toByteArray());
    }

    private static SampleSource.Indexed open(String where) throws IOException {
        return (SampleSource.Indexed) Sources.open(where, SourceOptions.defaults());
    }

    private static List<String> ids(String where, SourceOptions options) throws IOException {
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, options)) {
            List<String> ids = new ArrayList<>();
            for (long index = 0; index < source.size(); index++) {
                ids.add(source.read(index).id().value());
            }
            return ids;
        }
    }
}
