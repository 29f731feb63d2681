package org.batchmill.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.batchmill.it.Command;
import org.batchmill.it.MadeInputs;
import org.batchmill.testing.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands whose store refuses every answer: that it does is what they say. {@code java.nio.file} answers no to whether a file is there whenever
 * it cannot tell, so they once said that there was none.
 */
@Timeout(900)
@Tag("concurrent")
class StoreAwayTest {

    @TempDir
    private static Path folder;

    private static SpoiltStore store;
    private static MadeInputs made;

    @BeforeAll
    static void makeInputs() throws Exception {
        store = SpoiltStore.open();
        made = MadeInputs.make(folder.resolve("in"), 4);
        store.proxy().answerWith(request -> new Fault.Refused(403, "AccessDenied"));
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify FAR/a.tfrecord",
                "inspect FAR/network.yaml",
                "pack images HERE/shapes --out FAR/p",
                "train yolo --data FAR/shapes --run HERE/none",
                "detect HERE/detector FAR/shapes",
                "detect HERE/detector FAR/a.jpg"
            })
    void shouldSayThatTheStoreRefusesAndNotThatNothingIsThere(String command) {
        saysThatTheStoreRefuses(command);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "verify FAR/a-*.tfrecord",
                "verify HERE/packed/x-00000-of-00001.tfrecord --repair FAR/repaired.tfrecord",
                "inspect FAR/a.tfrecord",
                "inspect FAR/best.ckpt --out HERE/network.svg",
                "check FAR/shapes",
                "check HERE/shapes --sheet FAR/sheet.png",
                "pack images FAR/shapes --out HERE/out/p",
                "pack video FAR/road --out HERE/out/v",
                "pack video HERE/road --out FAR/v",
                "train yolo --data HERE/shapes --val FAR/shapes --run HERE/none",
                "train yolo --data HERE/shapes --init FAR/best.ckpt --run HERE/none",
                "train yolo --data HERE/shapes --model FAR/network.yaml --run HERE/none",
                "train yolo --data HERE/shapes --policy FAR/policy.yaml --run HERE/none",
                "train yolo --config FAR/config.yaml --data HERE/shapes --run HERE/none",
                "train yolo --data HERE/shapes --mix FAR/shapes=1 --run HERE/none",
                "serve --data FAR/shapes",
                "detect FAR/detector HERE/shapes/JPEGImages",
                "detect HERE/detector FAR/a.mp4",
                "detect HERE/detector HERE/shapes/JPEGImages --out FAR/found",
                "drive HERE/driver FAR/road.mp4 --out HERE/drive.mp4",
                "drive HERE/driver HERE/road/epoch01_front.mp4 --truth FAR/truth.csv --out HERE/drive.mp4",
                "eval FAR/detector --data HERE/shapes",
                "eval HERE/detector --data FAR/shapes",
                "eval HERE/detector --data HERE/shapes --report FAR/report",
                "export FAR/detector --to npz --out HERE/w.npz",
                "export HERE/detector --to npz --out FAR/w.npz",
                "import FAR/w.npz --from npz --init HERE/detector --out HERE/w.ckpt",
                "import FAR/w.onnx --from onnx --out HERE/w.ckpt",
                "compress FAR/detector --prune .5 --out HERE/small.ckpt",
                "augment-preview FAR/shapes --out HERE/preview.png",
                "augment-preview HERE/shapes --policy FAR/policy.yaml --out HERE/preview.png",
                "sample shapes FAR/shapes --count 3",
                "tune yolo --data FAR/shapes --search batch=1,2 --run HERE/tuned"
            })
    void shouldSayThatTheStoreRefusesWhateverIsAsked(String command) {
        saysThatTheStoreRefuses(command);
    }

    private static void saysThatTheStoreRefuses(String command) {
        Object[] words = command.replace("FAR", store.uri("far"))
                .replace("HERE", made.shapes().getParent().toString())
                .split(" ");
        Command said = Command.run(words);
        assertThat(said.exitCode()).as(said.out() + said.err()).isEqualTo(1);
        assertThat(said.errors())
                .singleElement()
                .asString()
                .contains(store.uri("far"))
                .containsAnyOf("403", "denied", "Denied");
    }
}
