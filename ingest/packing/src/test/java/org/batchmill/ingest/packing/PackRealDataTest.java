package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.batchmill.ingest.sources.DataFormat;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real data sets, with the numbers that their description gives. */
class PackRealDataTest {

    @TempDir
    private Path folder;

    @Test
    void shouldPackTheBloodCellsByTheirListsAndCountTheBoxesWithoutArea() throws Exception {
        PackResult result = pack(options("bccd").withSplit(SplitRule.LISTS));

        assertThat(result.classes()).containsExactly("Platelets", "RBC", "WBC");
        PackResult.Split train = result.splits().get(0);
        PackResult.Split val = result.splits().get(1);
        assertThat(List.of(train.name(), val.name())).containsExactly("train", "val");
        assertThat(train.samples()).isEqualTo(205);
        assertThat(val.samples()).isEqualTo(87);
        // Of the 2,382 and 968 red cells one each has a box of no size.
        assertThat(train.objects()).isEqualTo(Map.of("RBC", 2381L, "WBC", 214L, "Platelets", 209L));
        assertThat(val.objects()).isEqualTo(Map.of("RBC", 967L, "WBC", 87L, "Platelets", 83L));
        assertThat(result.boxes()).isEqualTo(new BoxCounts(2, 0));
        assertThat(new ObjectMapper()
                        .readTree(result.dataset().toFile())
                        .path("dropped_boxes")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void shouldPackTheRaccoonsFromTheirFolderAndFromTensorFlowsRecordFile() throws Exception {
        PackResult whole = pack(options("raccoon")
                .withSource(SourceOptions.defaults().withFormat(DataFormat.VOC))
                .withPrefix(folder.resolve("folder/r").toString()));
        PackResult records = pack(options("raccoon/test.record")
                .withPrefix(folder.resolve("records/r").toString()));

        assertThat(whole.samples()).isEqualTo(130);
        assertThat(records.samples()).isEqualTo(40);
        assertThat(records.classes()).containsExactly("raccoon");
        assertThat(records.splits().get(0).objects()).isEqualTo(Map.of("raccoon", 44L));
        assertThat(read(folder.resolve("records/r-0*.tfrecord").toString()))
                .usingElementComparator(
                        Comparator.comparing((Sample sample) -> sample.id().value())
                                .thenComparing(sample -> sample.labels().toString())
                                .thenComparing(PackRealDataTest::bytes))
                .containsExactlyInAnyOrderElementsOf(
                        read(SharedData.data("raccoon/test.record").toString()));
    }

    private static ByteBuffer bytes(Sample sample) {
        return ((org.batchmill.records.Content.EncodedImage) sample.content()).bytes();
    }

    private PackOptions options(String data) {
        return PackOptions.of(
                        SharedData.data(data).toString(),
                        folder.resolve("out/d").toString())
                .withShards(2)
                .withParallelism(2);
    }

    private static PackResult pack(PackOptions options) throws Exception {
        return PackJob.run(options, PackProgress.Listener.NONE);
    }

    private static List<Sample> read(String where) throws Exception {
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, SourceOptions.defaults())) {
            return IntStream.range(0, (int) source.size())
                    .mapToObj(index -> {
                        try {
                            return source.read(index);
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
