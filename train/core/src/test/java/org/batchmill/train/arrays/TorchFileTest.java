package org.batchmill.train.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of torch.save: those that a real torch 1.13 wrote, and those that only an enemy would. */
class TorchFileTest {

    @TempDir
    Path folder;

    private Path real(String name) throws IOException {
        return Files.write(folder.resolve(name), TorchBytes.real(name).get(0));
    }

    private static float[] eighths(int from, int count, float more) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (from + i) / 8f + more;
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"small.pt", "small-legacy.pt"})
    void shouldReadAStateDict(String name) throws IOException {
        try (TorchFile file = TorchFile.open(real(name))) {
            assertThat(file.part()).isEmpty();
            assertThat(file.arrays().keySet())
                    .containsExactly(
                            "conv.weight",
                            "bn.weight",
                            "bn.bias",
                            "bn.running_mean",
                            "bn.running_var",
                            "bn.num_batches_tracked",
                            "fc.weight",
                            "fc.bias");
            assertThat(file.arrays().get("bn.num_batches_tracked").floating()).isFalse();
            assertThat(file.read("conv.weight").dimensions()).containsExactly(4, 3, 3, 3);
            assertThat(file.read("conv.weight").values()).containsExactly(eighths(0, 108, 0));
            assertThat(file.read("bn.running_var").values()).containsExactly(eighths(120, 4, 1));
            assertThat(file.read("fc.weight").dimensions()).containsExactly(2, 4);
            assertThat(file.read("fc.bias").values()).containsExactly(eighths(132, 2, 0));
            assertThatThrownBy(() -> file.read("bn.num_batches_tracked"))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("bn.num_batches_tracked: unsupported: is of torch.LongStorage");
        }
    }

    @Test
    void shouldReadViewsOfAnyTypeInACheckpoint() throws IOException {
        try (TorchFile file = TorchFile.open(real("checkpoint.pt"))) {
            assertThat(file.part()).isEqualTo("state_dict");
            assertThat(file.read("half").values()).containsExactly(1.5f, -2, Float.POSITIVE_INFINITY);
            assertThat(file.read("bfloat").values()).containsExactly(1.5f, -2);
            assertThat(file.read("turned").dimensions()).containsExactly(4, 2, 3);
            assertThat(Arrays.copyOf(file.read("turned").values(), 8)).containsExactly(0, 4, 8, 12, 16, 20, 1, 5);
            assertThat(file.read("cut").values()).containsExactly(13, 14, 17, 18, 21, 22);
            assertThat(file.read("one").dimensions()).isEmpty();
            assertThat(file.read("one").values()).containsExactly(7);
            assertThat(file.read("none").dimensions()).containsExactly(0, 3);
            assertThat(file.read("shared").dimensions()).containsExactly(2, 3, 4);
        }
    }

    @Test
    void shouldRefuseAWholeModelWhoseClassesWouldHaveToBeRun() throws IOException {
        assertRefused(real("whole.pt"), DataException.Kind.UNSUPPORTED, "the name __main__.Small is not followed");
    }

    @Test
    void shouldRunNothing() throws IOException {
        Path made = folder.resolve("made");
        TorchBytes bytes = new TorchBytes().text("a").global("os", "system");
        bytes.text("touch " + made).bytes(0x85, 'R');
        assertRefused(bytes.write(folder.resolve("a.pt")), DataException.Kind.UNSUPPORTED, "the name os.system");
        assertThat(made).doesNotExist();
    }

    @Test
    void shouldRefuseACallOfAKnownNameThatMakesNothing() throws IOException {
        TorchBytes bytes =
                new TorchBytes().text("a").global("torch", "FloatStorage").bytes(')', 'R');
        assertRefused(
                bytes.write(folder.resolve("a.pt")), DataException.Kind.UNSUPPORTED, "a call of torch.FloatStorage");
    }

    /** INST, OBJ, NEWOBJ, EXT1, DUP, protocol 5's buffers and what pickles of protocol 0 are written in. */
    @ParameterizedTest
    @ValueSource(ints = {'i', 'o', 0x81, 0x82, '2', 0x97, 'I', 'p', 0})
    void shouldRefuseInstructionsThatTensorsDoNotNeed(int instruction) throws IOException {
        Path file = new TorchBytes().bytes(instruction).write(folder.resolve("a.pt"));
        assertRefused(
                file,
                DataException.Kind.UNSUPPORTED,
                String.format(Locale.ROOT, "a.pt: data.pkl: unsupported: byte 4: instruction 0x%02x", instruction));
    }

    @Test
    void shouldReadWhatItWritesItself() throws IOException {
        Path file = new TorchBytes()
                .tensor("a.weight", 6, 0, new int[] {2, 3}, new int[] {3, 1})
                .tensor("b", 6, 1, new int[] {2}, new int[] {3})
                .write(folder.resolve("a.pt"));
        try (TorchFile torch = TorchFile.open(file)) {
            assertThat(torch.read("a.weight").values()).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(torch.read("b").values()).containsExactly(1, 4);
        }
    }

    @Test
    void shouldRefuseAViewThatLeavesItsStorage() throws IOException {
        assertRefused(
                new TorchBytes().tensor("a", 6, 1, new int[] {6}, new int[] {1}),
                DataException.Kind.CORRUPT,
                ": a: corrupt: lies outside its storage of 6 numbers");
        assertRefused(
                new TorchBytes().tensor("a", 6, -1, new int[] {6}, new int[] {1}),
                DataException.Kind.CORRUPT,
                "lies outside");
        assertRefused(
                new TorchBytes().tensor("a", 6, 0, new int[] {2}, new int[] {-1}),
                DataException.Kind.CORRUPT,
                "a dimension of 2 with a stride of -1");
    }

    /** An expanded tensor of four bytes would take gigabytes. */
    @Test
    void shouldRefuseAViewThatUsesNumbersManyTimes() throws IOException {
        assertRefused(
                new TorchBytes().tensor("a", 1, 0, new int[] {1 << 15, 1 << 15}, new int[] {0, 0}),
                DataException.Kind.CORRUPT,
                "uses numbers more than once");
        assertRefused(
                new TorchBytes()
                        .tensor(
                                "a",
                                1,
                                0,
                                new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 4},
                                new int[] {0, 0, 0, 0}),
                DataException.Kind.CORRUPT,
                "is beyond all files");
        TorchBytes empty = new TorchBytes().tensor("a", 1, 0, new int[] {1}, new int[] {1});
        empty.text("b").view("0", 1, 0, new long[] {0, 1L << 40}, new long[] {0, 0});
        assertRefused(
                empty, DataException.Kind.CORRUPT, ": b: corrupt: its shape [0, 1099511627776] is beyond all files");
    }

    @Test
    void shouldRefuseStoragesThatAreNotThereOrOfAnotherSize() throws IOException {
        assertRefused(
                new TorchBytes().tensor("a", 6, 0, new int[] {6}, new int[] {1}).without("0"),
                DataException.Kind.MISSING,
                ": a: missing: 6 numbers of 4 bytes should be there, and none are");
        TorchBytes other = new TorchBytes().tensor("a", 6, 0, new int[] {6}, new int[] {1});
        other.text("b").view("0", 7, 0, new int[] {7}, new int[] {1});
        assertRefused(other, DataException.Kind.CORRUPT, "7 numbers of 4 bytes should be there, and 24 bytes are");
    }

    @Test
    void shouldRefuseWhatIsNoStateDict() throws IOException {
        assertRefused(new TorchBytes().text("a").number(1), DataException.Kind.UNSUPPORTED, "holds no tensors by name");
        assertRefused(
                new TorchBytes().compressed().tensor("a", 6, 0, new int[] {6}, new int[] {1}),
                DataException.Kind.UNSUPPORTED,
                "a/data.pkl: unsupported: is compressed");
        Path text = Files.writeString(folder.resolve("text.pt"), "no weights at all");
        assertRefused(text, DataException.Kind.UNSUPPORTED, "is no file that torch.save");
        Path list = new TorchBytes().bytes('u', ']', '.').writeAsItIs(folder.resolve("list.pt"));
        assertRefused(list, DataException.Kind.UNSUPPORTED, "holds no tensors by name");
    }

    /** Lists that hold themselves, marks without ends, memory that was never filled. */
    @Test
    void shouldEndWithAnErrorWhereThePickleIsNone() throws IOException {
        List<int[]> programs = List.of(
                new int[] {'u', '.', '.'},
                new int[] {'u', 'u', '.'},
                new int[] {'h', 9},
                new int[] {'R'},
                new int[] {')', 'Q'},
                new int[] {'u', ']', 'q', 1, 'h', 1, 'a', '.'},
                new int[] {'u', 's', '.'},
                new int[] {'X', 255, 255, 255, 127},
                new int[] {'X', 255, 255, 255, 255},
                new int[] {0x8a, 9, 1});
        for (int[] program : programs) {
            Path file = new TorchBytes().bytes(program).writeAsItIs(folder.resolve("a.pt"));
            assertThatThrownBy(() -> TorchFile.open(file).close())
                    .as(Arrays.toString(program))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(file.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"small.pt", "small-legacy.pt"})
    void shouldRefuseFilesThatAreCutAnywhere(String name) throws IOException {
        byte[] whole = TorchBytes.real(name).get(0);
        Path cut = folder.resolve("cut.pt");
        for (int length = 0; length < whole.length; length += 1 + length / 64) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TorchFile.open(cut).close())
                    .as("%d bytes", length)
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(cut.toString());
        }
    }

    private void assertRefused(TorchBytes bytes, DataException.Kind kind, String message) throws IOException {
        assertRefused(bytes.write(folder.resolve("refused.pt")), kind, message);
    }

    private static void assertRefused(Path file, DataException.Kind kind, String message) {
        assertThatThrownBy(() -> TorchFile.open(file).close())
                .isInstanceOfSatisfying(
                        DataException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseAStorageWhoseBytesWereDamaged() throws IOException {
        Path file =
                new TorchBytes().tensor("a", 6, 0, new int[] {6}, new int[] {1}).write(folder.resolve("a.pt"));
        byte[] bytes = Files.readAllBytes(file);
        byte[] five = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(5)
                .array();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf(new String(five, StandardCharsets.ISO_8859_1))] ^= 1;
        Files.write(file, bytes);
        try (TorchFile torch = TorchFile.open(file)) {
            assertThatThrownBy(() -> torch.read("a"))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith(file + ": a/data/0: corrupt: its bytes have the checksum ");
        }
    }

    @Test
    void shouldReadWhatWasSavedWithoutChecksums() throws IOException {
        Path file =
                new TorchBytes().tensor("a", 6, 0, new int[] {6}, new int[] {1}).withoutSums(folder.resolve("a.pt"));
        try (TorchFile torch = TorchFile.open(file)) {
            assertThat(torch.read("a").values()).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }
}
