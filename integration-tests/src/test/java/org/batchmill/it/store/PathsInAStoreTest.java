package org.batchmill.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.it.MadeInputs;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command with what it reads and writes in S3: the files it writes there are those that it writes on this machine. */
@Timeout(900)
@Tag("concurrent")
class PathsInAStoreTest {

    /** A classifier that learns in no time. */
    static final String NETWORK =
            """
            input: 3x32x32
            layers:
              - scale: {multiply: 0.0078, add: -1}
              - conv: stem
                filters: 8
                kernel: 3
                stride: 4
              - relu: stem-relu
              - global-average-pool: mean
              - dense: out
                units: classes
            """;

    @TempDir
    private static Path folder;

    private static SpoiltStore store;
    private static Path in;
    private static int outputs;

    @BeforeAll
    static void makeInputs() throws Exception {
        store = SpoiltStore.open();
        in = folder.resolve("in");
        MadeInputs.make(in, 12);
        DrawnDataSet.classes(in.resolve("classes"), 6);
        Files.writeString(in.resolve("network.yaml"), NETWORK);
        Files.writeString(in.resolve("policy.yaml"), "steps:\n  - flip: {p: 0.5}\n");
        Command.done(
                "train",
                "classify",
                "--data",
                in.resolve("classes"),
                "--model",
                in.resolve("network.yaml"),
                "--steps",
                1,
                "--batch",
                2,
                "--run",
                in.resolve("classifier"));
        for (String format : List.of("npz", "safetensors", "darknet")) {
            Command.done("export", in.resolve("detector"), "--to", format, "--out", in.resolve("weights." + format));
        }
        Command.done("export", in.resolve("classifier"), "--to", "onnx", "--out", in.resolve("network.onnx"));
        store.upload(in, "in");
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    /** Runs a command on this machine and in the store; IN and OUT stand for where it reads and writes. */
    private static void writesTheSame(String command) throws Exception {
        String number = "out" + outputs++;
        Path here = Files.createDirectories(folder.resolve(number));
        run(command, in.toString(), here.toString());
        run(command, store.uri("in"), store.uri(number));
        Map<String, String> expected = new TreeMap<>();
        try (Stream<Path> all = Files.walk(here)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                expected.put(number + "/" + here.relativize(file), elsewhere(Files.readAllBytes(file), number));
            }
        }
        List<String> found = store.objects(number + "/").stream()
                .filter(key -> !key.endsWith("/"))
                .toList();
        assertThat(found).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected.keySet());
        for (String key : found) {
            if (key.endsWith(".mp4") || key.endsWith(".mkv")) {
                assertThat(frames(Places.of(store.uri(key)))).as(key).isEqualTo(frames(folder.resolve(key)));
            } else {
                assertThat(new String(store.object(key), StandardCharsets.ISO_8859_1).equals(expected.get(key)))
                        .as("%s is what is written on this machine", key)
                        .isTrue();
            }
        }
    }

    /** Without what differs between two runs on this machine, too: numbers in their headers, and the losses of H.264. */
    private static List<String> frames(Path video) throws IOException, InterruptedException {
        List<String> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                try (VideoFrame shown = frame) {
                    boolean lossless = video.toString().endsWith(".mkv");
                    frames.add(shown.timeMicros() + " "
                            + (lossless ? shown.pixels().hashCode() : 0));
                }
            }
        }
        return frames;
    }

    /** What a file would hold if it had been written with the places in the store. */
    private static String elsewhere(byte[] bytes, String number) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace(in.toString(), store.uri("in"))
                .replace(folder.resolve(number).toString(), store.uri(number));
    }

    private static Command run(String command, String from, String to) {
        return Command.done((Object[]) words(command, from, to));
    }

    private static String[] words(String command, String from, String to) {
        return command.replace("IN", from).replace("OUT", to).split(" ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "detect IN/detector IN/shapes/JPEGImages --threshold .001 --out OUT/found",
                "detect IN/detector/checkpoints/best.ckpt IN/road/epoch01_front.mp4 --threshold .001 --out OUT/found.mp4",
                "detect IN/detector IN/road --out OUT/found",
                "predict IN/classifier IN/classes IN/shapes/JPEGImages/shapes_00001.jpg --out OUT/predicted",
                "drive IN/driver IN/road/epoch01_front.mp4 --truth IN/road/epoch01_steering.csv --out OUT/drive.mp4"
                        + " --predictions OUT/angles.csv",
                "eval IN/detector --data IN/packed/x-dataset.json --report OUT/report",
                "eval IN/classifier --data IN/classes --report OUT/report",
                "eval IN/driver --data IN/road --plot OUT/plot.png --predictions OUT/angles.csv",
                "export IN/detector --to darknet --out OUT/w.weights",
                "export IN/detector --to npz --out OUT/w.npz",
                "export IN/detector --to safetensors --out OUT/w.safetensors",
                "export IN/classifier --to onnx --out OUT/w.onnx",
                "export IN/classifier --to pb --out OUT/w.pb",
                "import IN/weights.npz --from npz --init IN/detector --out OUT/w.ckpt",
                "import IN/weights.safetensors --from safetensors --init IN/detector --out OUT/w.ckpt",
                "import IN/weights.darknet --from darknet --init IN/detector --out OUT/w.ckpt",
                "import IN/network.onnx --from onnx --out OUT/w.ckpt",
                "compress IN/detector --prune .5 --out OUT/small.ckpt",
                "inspect IN/network.yaml --out OUT/network.svg",
                "inspect IN/detector/checkpoints/best.ckpt --out OUT/network.svg",
                "check IN/shapes --sheet OUT/sheet.png",
                "augment-preview IN/shapes --policy IN/policy.yaml --out OUT/preview.png",
                "pack images IN/shapes --out OUT/packed/p",
                "pack video IN/road --to video --out OUT/made",
                "pack video IN/road --to lossless --out OUT/made",
                "pack video IN/road --to frames --out OUT/made",
                "sample shapes OUT/shapes --count 3",
                "sample road OUT/road --count 12",
                "verify IN/packed/x-00000-of-00001.tfrecord --repair OUT/repaired.tfrecord"
            })
    void shouldReadAndWriteInAStoreWhatItDoesOnThisMachine(String command) throws Exception {
        writesTheSame(command);
    }

    /** Its report is about the time of the run, and the data set names the folder. */
    @Test
    void shouldPackFilmsThatLieInAStore() throws Exception {
        run(
                "pack video IN/road --out OUT/v",
                in.toString(),
                folder.resolve("films").toString());
        run("pack video IN/road --out OUT/v", store.uri("in"), store.uri("films"));
        assertThat(store.objects("films/")).contains("films/v-dataset.json");
        String shard = "v-00000-of-00001.tfrecord";
        assertThat(store.object("films/" + shard))
                .isEqualTo(Files.readAllBytes(folder.resolve("films").resolve(shard)));
    }

    @Tag("long")
    @Test
    void shouldTrainOnFilmsAndFromFilesThatLieInAStore() throws Exception {
        assertThat(losses("steering", "--data IN/road")).isNotEmpty();
        losses("classify", "--data IN/classes --model IN/network.yaml --policy IN/policy.yaml");
        losses("yolo", "--config IN/detector/config.yaml --data IN/packed/x-dataset.json --init IN/weights.npz");
    }

    /** What a training of three steps has learnt, which does not depend on where its files are. */
    private static List<String> losses(String task, String options) throws IOException {
        List<List<String>> both = new ArrayList<>();
        for (String from : List.of(in.toString(), store.uri("in"))) {
            Path run = folder.resolve("run" + outputs++);
            run("train " + task + " " + options + " --steps 3 --batch 2 --workers 2 --run OUT", from, run.toString());
            both.add(Files.readAllLines(run.resolve("metrics.csv")).stream()
                    .map(line -> line.split(",", 3)[0] + " " + line.split(",", 3)[1])
                    .toList());
        }
        assertThat(both.get(1)).isEqualTo(both.get(0));
        return both.get(1);
    }

    @Tag("long")
    @Test
    void shouldWriteATraceIntoAStore() throws Exception {
        run(
                "train classify --data IN/classes --model IN/network.yaml --steps 2 --batch 2 --trace OUT/trace.json --run "
                        + folder.resolve("traced"),
                store.uri("in"),
                store.uri("trace"));
        assertThat(store.object("trace/trace.json")).isEqualTo(Files.readAllBytes(folder.resolve("traced/trace.json")));
    }

    @Test
    void shouldReadImagesFilmsAndWeightsOutOfAnArchive() throws Exception {
        Path zip = folder.resolve("all.zip");
        try (FileSystem archive =
                        FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"));
                Stream<Path> all = Files.walk(in)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                Path to = archive.getPath("/in", in.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        String archived = "jar:" + zip.toUri() + "!/in";
        for (String command : List.of(
                "detect IN/detector IN/shapes/JPEGImages --threshold .001",
                "detect IN/detector IN/road --threshold .001",
                "predict IN/classifier IN/classes",
                "eval IN/driver --data IN/road")) {
            assertThat(run(command, archived, "").out())
                    .as(command)
                    .isEqualTo(run(command, in.toString(), "").out().replace(in.toString(), archived));
        }
        Command refused = Command.run((Object[]) words("export IN/detector --to npz --out IN/w.npz", archived, ""));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors()).containsExactly("batchmill: " + archived + "/w.npz: nothing can be written there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train yolo --data IN/shapes --run OUT",
                "train yolo --data IN/shapes --cache-dir OUT",
                "train yolo --data IN/shapes --decoded-cache 1m --decoded-cache-file OUT",
                "train yolo --data kafka:topic --kafka-config OUT",
                "train yolo --data IN/shapes --ranks spark --spark-config OUT",
                "serve --data IN/shapes --ring-folder OUT",
                "serve --data IN/shapes --tls-key OUT",
                "serve --data IN/shapes --token-file OUT",
                "broker --folder OUT",
                "dashboard OUT",
                "demo --out OUT"
            })
    void shouldSayWhatMustBeOnThisMachine(String command) {
        Command said = Command.run((Object[]) words(command, store.uri("in"), store.uri("local")));
        assertThat(said.exitCode()).as(said.err()).isEqualTo(2);
        assertThat(said.errors())
                .singleElement()
                .asString()
                .contains(store.uri("local") + ": ")
                .contains("must be on this machine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify OUT",
                "detect --model shapes OUT",
                "detect --model shapes IN --out OUT",
                "predict IN/classifier OUT",
                "train yolo --data OUT --run none",
                "train yolo --data IN/shapes --run none --init OUT",
                "pack images IN/shapes --out OUT",
                "pack video OUT --out none",
                "inspect OUT"
            })
    void shouldNotRepeatCredentialsOfAUriAndNameAProviderThatIsMissing(String command) {
        Command secret = Command.run((Object[]) words(command, store.uri("in"), "s3://AKIA:hunter2@bucket/a"));
        assertThat(secret.exitCode()).as(secret.err()).isEqualTo(2);
        assertThat(secret.errors())
                .singleElement()
                .asString()
                .contains("credentials do not stand in a URI")
                .doesNotContain("hunter2");
        Command unknown = Command.run((Object[]) words(command, store.uri("in"), "gopher://bucket/a"));
        assertThat(unknown.exitCode()).as(unknown.err()).isEqualTo(3);
        assertThat(unknown.errors())
                .containsExactly("batchmill: gopher://bucket/a: nothing here reads gopher:; --jars names the jars of a"
                        + " provider (docs/stores.md)");
    }
}
