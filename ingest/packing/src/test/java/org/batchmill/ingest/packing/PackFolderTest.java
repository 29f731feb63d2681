package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.ImageSize;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackFolderTest {

    private static final int COUNT = 40;

    @TempDir
    private Path folder;

    private Path voc;

    @BeforeEach
    void draw() throws IOException {
        voc = DrawnDataSet.voc(folder.resolve("voc"), COUNT);
    }

    @Test
    void shouldSplitByTheListsOfTheFolder() throws Exception {
        PackResult result = pack(options().withSplit(SplitRule.LISTS).withShards(2));

        assertThat(result.splits()).extracting(PackResult.Split::name).containsExactly("train", "val");
        assertThat(result.splits()).extracting(PackResult.Split::samples).containsExactly(32L, 8L);
        assertThat(ids(folder.resolve("out/d-val-*.tfrecord").toString()))
                .containsExactlyInAnyOrderElementsOf(
                        ids(voc.toString(), SourceOptions.defaults().withSplit("val")));
    }

    @Test
    void shouldPackTheSamplesThatTheFolderGives() throws Exception {
        pack(options());

        Map<String, Sample> packed = samples(folder.resolve("out/d-*.tfrecord").toString());
        Map<String, Sample> direct = samples(voc.toString());
        assertThat(packed.keySet()).isEqualTo(direct.keySet()).hasSize(COUNT);
        direct.forEach((id, sample) -> {
            assertThat(packed.get(id).labels()).isEqualTo(sample.labels());
            assertThat(packed.get(id).content()).isEqualTo(sample.content());
        });
    }

    @Test
    void shouldPackTheSameSamplesAsArrow() throws Exception {
        pack(options().withContainer(PackOptions.Container.ARROW).withShards(3));

        Map<String, Sample> packed = samples(folder.resolve("out/d-*.arrow").toString());
        Map<String, Sample> direct = samples(voc.toString());
        assertThat(packed.keySet()).isEqualTo(direct.keySet());
        direct.forEach((id, sample) -> {
            assertThat(packed.get(id).labels()).isEqualTo(sample.labels());
            assertThat(packed.get(id).content()).isEqualTo(sample.content());
        });
    }

    @Test
    void shouldMoveNoImageBetweenSplitsWhenOthersAreAdded() throws Exception {
        PackOptions options = options().withSplit(SplitRule.parse("train=.7,val=.3"));
        pack(options.withPrefix(folder.resolve("few/d").toString()));
        DrawnDataSet.voc(voc, 2 * COUNT);
        pack(options.withPrefix(folder.resolve("many/d").toString()).withSeed(5));

        List<String> few = ids(folder.resolve("few/d-val-*.tfrecord").toString());
        List<String> many = ids(folder.resolve("many/d-val-*.tfrecord").toString());
        assertThat(many).containsAll(few).hasSizeGreaterThan(few.size()).hasSizeBetween(COUNT / 3, COUNT);
    }

    @Test
    void shouldScaleLargeImagesDownAndLeaveTheOthers() throws Exception {
        Files.write(voc.resolve("JPEGImages/p00003.jpg"), DrawnDataSet.image(3, "jpg", 200, 100));
        Files.writeString(
                voc.resolve("Annotations/p00003.xml"), DrawnDataSet.vocXml(3).replaceFirst("<size>.*</size>", ""));
        pack(options().withMaxSide(80));

        Map<String, Sample> packed = samples(folder.resolve("out/d-*.tfrecord").toString());
        Map<String, Sample> direct = samples(voc.toString());
        Sample scaled = packed.remove("JPEGImages/p00003.jpg");
        try (ImageCheck check = new ImageCheck()) {
            assertThat(check.check(scaled)).isEqualTo(new ImageSize(80, 40));
        }
        assertThat(scaled.labels())
                .isEqualTo(direct.remove("JPEGImages/p00003.jpg").labels());
        direct.forEach((id, sample) -> assertThat(packed.get(id).content()).isEqualTo(sample.content()));
    }

    @Test
    void shouldFailAtABadImageAndWriteNoShard() throws Exception {
        cut("p00007");

        assertThatThrownBy(() -> pack(options())).isInstanceOfSatisfying(DataException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(e.getMessage()).contains("p00007.jpg").doesNotContain("\n");
        });
        assertThat(shards()).isEmpty();
    }

    @Test
    void shouldSkipAndListBadSamples() throws Exception {
        cut("p00007");
        Files.delete(voc.resolve("JPEGImages/p00011.jpg"));
        Files.writeString(voc.resolve("Annotations/p00013.xml"), "<annotation><object>");

        PackResult result = pack(options().withOnError(ErrorMode.QUARANTINE, 3));

        assertThat(result.samples()).isEqualTo(COUNT - 3);
        assertThat(result.bad())
                .extracting(BadSample::where)
                .satisfiesExactly(
                        where -> assertThat(where).contains("p00007"),
                        where -> assertThat(where).contains("p00011"),
                        where -> assertThat(where).contains("p00013"));
        assertThat(result.bad().get(1).kind()).isEqualTo(Kind.MISSING);
        assertThat(Files.readAllLines(folder.resolve("out/d-quarantine.jsonl"))).hasSize(3);
        assertThat(dataset().path("bad")).hasSize(3);
    }

    @Test
    void shouldFailWhenMoreAreBadThanMayBe() throws Exception {
        cut("p00007");
        cut("p00011");

        assertThatThrownBy(() -> pack(options().withOnError(ErrorMode.SKIP, 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("p00011")
                .hasMessageContaining("1 skipped");
        assertThat(shards()).isEmpty();
    }

    @Test
    void shouldDescribeTheDataSet() throws Exception {
        PackResult result =
                pack(options().withSplit(SplitRule.LISTS).withShards(2).withSeed(42));

        JsonNode json = dataset();
        assertThat(json.path("seed").asLong()).isEqualTo(42);
        assertThat(json.path("samples").asLong()).isEqualTo(COUNT);
        assertThat(json.path("classes")).extracting(JsonNode::asText).containsExactly("disc", "square");
        JsonNode val = json.path("splits").path(1);
        assertThat(val.path("name").asText()).isEqualTo("val");
        assertThat(val.path("samples").asLong()).isEqualTo(8);
        assertThat(val.path("largest_side").asInt()).isEqualTo(DrawnDataSet.WIDTH);
        assertThat(val.path("smallest_side").asInt()).isEqualTo(DrawnDataSet.HEIGHT);
        assertThat(val.path("objects").path("disc").asInt()
                        + val.path("objects").path("square").asInt())
                .isEqualTo(8);
        PackedShard shard = result.splits().get(1).shards().get(1);
        JsonNode described = val.path("shards").path(1);
        assertThat(described.path("file").asText()).isEqualTo("d-val-00001-of-00002.tfrecord");
        assertThat(described.path("bytes").asLong())
                .isEqualTo(Files.size(folder.resolve("out/d-val-00001-of-00002.tfrecord")));
        assertThat(described.path("sha256").asText()).isEqualTo(shard.sha256());
    }

    private PackOptions options() {
        return PackOptions.of(voc.toString(), folder.resolve("out/d").toString());
    }

    private static PackResult pack(PackOptions options) throws Exception {
        return PackJob.run(options, PackProgress.Listener.NONE);
    }

    private void cut(String name) throws IOException {
        Path image = voc.resolve("JPEGImages/" + name + ".jpg");
        byte[] bytes = Files.readAllBytes(image);
        Files.write(image, Arrays.copyOf(bytes, bytes.length / 2));
    }

    private JsonNode dataset() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("out/d-dataset.json").toFile());
    }

    private List<String> shards() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("tfrecord"))
                    .toList();
        }
    }

    private static List<String> ids(String where) throws IOException {
        return new ArrayList<>(samples(where).keySet());
    }

    private static List<String> ids(String where, SourceOptions options) throws IOException {
        return new ArrayList<>(samples(where, options).keySet());
    }

    private static Map<String, Sample> samples(String where) throws IOException {
        return samples(where, SourceOptions.defaults());
    }

    private static Map<String, Sample> samples(String where, SourceOptions options) throws IOException {
        Map<String, Sample> samples = new HashMap<>();
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, options)) {
            for (long index = 0; index < source.size(); index++) {
                Sample sample = source.read(index);
                samples.put(sample.id().value(), sample);
            }
        }
        return samples;
    }
}
