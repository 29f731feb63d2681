package org.batchmill.testing;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Feeds a parser inputs made of good ones by damage: bits, numbers and pieces are changed, cut out, repeated and put elsewhere. A
 * parser may read an input or refuse it by one kind of exception; anything else, more time of the processor or more memory on the heap than
 * its bound fails, and leaves the input in {@code target/fuzz}. The sequence of inputs follows from the seed, which is printed and
 * taken back with {@code -Dbatchmill.seed=N}.
 *
 * <p>Tried first are the inputs of the corpus, as they are: those given, and those that once did harm, which lie in {@code
 * /fuzz/NAME/} of the test's resources.
 *
 * <p>A test in {@code mvn verify} tries some hundreds, one tagged "long" and "soak" tries for {@link #seconds}: 20 in {@code
 * -Plong}, ten minutes in {@code -Psoak}, or as many seconds as {@code -Dbatchmill.fuzz.seconds} says, at most a million inputs.
 */
public final class Fuzz {

    /** What reads an input. */
    @FunctionalInterface
    public interface Parser {
        void parse(byte[] input) throws IOException;
    }

    private static final int MOST_INPUTS = 1_000_000;
    private static final int MOST_BYTES = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final long[] INTERESTING = {
        0,
        1,
        -1,
        2,
        4,
        8,
        16,
        127,
        128,
        255,
        256,
        0x7fff,
        0xffff,
        1 << 20,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE - 8L,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE - 15
    };

    private final Class<? extends IOException> refusal;
    private final String name;
    private final List<byte[]> corpus = new ArrayList<>();
    private List<byte[]> words = List.of();
    private double seconds = 5;
    private long heapBytes = 64 << 20;
    private boolean wholeProcess;
    private double worstSeconds;
    private long worstBytes;

    private Fuzz(Class<? extends IOException> refusal, String name) {
        this.refusal = refusal;
        this.name = name;
    }

    /**
     * @param refusal what the parser throws for inputs that are none of its own
     * @param name    of the parser, for messages and files
     * @param corpus  good inputs, and bad ones that once did harm
     */
    public static Fuzz of(Class<? extends IOException> refusal, String name, List<byte[]> corpus) {
        Fuzz fuzz = new Fuzz(refusal, name);
        fuzz.corpus.addAll(corpus);
        return fuzz;
    }

    /** Text that means something to the parser, and is put in now and then. */
    public Fuzz words(String... texts) {
        words = Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        return this;
    }

    /** The bound for one input: time of the processor, and what may be allocated on the heap, freed or not. */
    public Fuzz bounds(double cpuSeconds, long allocatedBytes) {
        seconds = cpuSeconds;
        heapBytes = allocatedBytes;
        return this;
    }

    /** The parser has threads of its own, whose time counts too; and so does that of whatever else the process does. */
    public Fuzz wholeProcess() {
        wholeProcess = true;
        return this;
    }

    private long cpuNanos() {
        return wholeProcess ? SYSTEM.getProcessCpuTime() : THREADS.getCurrentThreadCpuTime();
    }

    /** How long a test tagged "long" goes on. */
    public static int seconds() {
        String given = System.getProperty("batchmill.fuzz.seconds", "");
        return given.isEmpty() ? 20 : Integer.parseInt(given);
    }

    /** Tries a number of inputs. */
    public void inputs(int count, Object test, Parser parser) {
        run(count, Long.MAX_VALUE, test, parser);
    }

    /** Tries inputs for some time, at most a million. */
    public void seconds(int wanted, Object test, Parser parser) {
        run(MOST_INPUTS, wanted * 1_000_000_000L, test, parser);
    }

    private void run(int most, long nanos, Object test, Parser parser) {
        SplittableRandom random = new SplittableRandom(Seed.of(test));
        corpus.addAll(kept(test.getClass()));
        for (byte[] input : corpus) {
            tryOne(input, -1, parser);
        }
        long start = System.nanoTime();
        int tried = 0;
        int refused = 0;
        while (tried < most && System.nanoTime() - start < nanos) {
            refused += tryOne(mutated(random), tried++, parser) ? 0 : 1;
        }
        System.out.printf(
                Locale.ROOT,
                "fuzz %s: %d inputs, %d refused, %d s, worst %.1f ms and %.1f MiB%n",
                name,
                tried,
                refused,
                (System.nanoTime() - start) / 1_000_000_000L,
                worstSeconds * 1e3,
                worstBytes / 1048576.);
    }

    /** The inputs that once did harm. */
    private List<byte[]> kept(Class<?> test) {
        List<byte[]> inputs = new ArrayList<>();
        URL folder = test.getResource("/fuzz/" + name);
        if (folder != null) {
            try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
                for (Path file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            } catch (IOException | URISyntaxException e) {
                throw new IllegalStateException(folder.toString(), e);
            }
        }
        return inputs;
    }

    /** Whether it was read. */
    private boolean tryOne(byte[] input, int number, Parser parser) {
        long cpu = cpuNanos();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        boolean read = true;
        try {
            parser.parse(input);
        } catch (IOException | RuntimeException | Error e) {
            if (!refusal.isInstance(e)) {
                throw failure(input, number, "threw " + e, e);
            }
            read = false;
            if (e.getMessage().indexOf('\n') >= 0) {
                throw failure(input, number, "an error of more than one line", e);
            }
        }
        double took = (cpuNanos() - cpu) / 1e9;
        long more = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        worstSeconds = Math.max(worstSeconds, number < 0 ? 0 : took); // the first ones load classes
        worstBytes = Math.max(worstBytes, number < 0 ? 0 : more);
        if (took > seconds || more > heapBytes) {
            throw failure(input, number, "took " + took + " s and " + more + " bytes", null);
        }
        return read;
    }

    private AssertionError failure(byte[] input, int number, String what, Throwable cause) {
        Path file = Path.of("target", "fuzz", name + "-" + Integer.toHexString(Arrays.hashCode(input)));
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, input);
        } catch (IOException e) {
            what += " (and could not be kept: " + e + ")";
        }
        return new AssertionError(name + ": input " + number + ", kept as " + file + ", " + what, cause);
    }

    private byte[] mutated(SplittableRandom random) {
        byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
        int changes = 1 << Math.max(0, random.nextInt(6) - 2);
        for (int i = 0; i < changes; i++) {
            bytes = changed(bytes, random);
        }
        return bytes.length > MOST_BYTES ? Arrays.copyOf(bytes, MOST_BYTES) : bytes;
    }

    private byte[] changed(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(words.isEmpty() ? 9 : 11)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2, 3, 4 -> putNumber(bytes, at, random);
            case 5 -> {
                return splice(bytes, at, 0, piece(bytes, random)); // a piece again, elsewhere
            }
            case 6 -> {
                return splice(bytes, at, random.nextInt(Math.min(64, bytes.length - at) + 1), new byte[0]);
            }
            case 7 -> {
                return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
            case 8 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                byte[] from = other.length == 0 ? bytes : other;
                return splice(bytes, at, random.nextInt(Math.min(64, bytes.length - at) + 1), piece(from, random));
            }
            case 9 -> {
                return splice(bytes, at, 0, words.get(random.nextInt(words.size())));
            }
            default -> {
                byte[] repeated = words.get(random.nextInt(words.size()));
                int times = 1 << random.nextInt(14);
                byte[] all = new byte[Math.min(MOST_BYTES, repeated.length * times)];
                for (int i = 0; i < all.length; i++) {
                    all[i] = repeated[i % repeated.length];
                }
                return splice(bytes, at, 0, all);
            }
        }
        return bytes;
    }

    private static void putNumber(byte[] bytes, int at, SplittableRandom random) {
        long number =
                random.nextInt(4) == 0 ? random.nextInt(1 << 16) : INTERESTING[random.nextInt(INTERESTING.length)];
        int width = 1 << random.nextInt(4);
        // Most numbers stand at multiples of their width.
        int start = random.nextBoolean() ? at / width * width : at;
        ByteBuffer whole = ByteBuffer.allocate(Long.BYTES);
        boolean little = random.nextBoolean();
        whole.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).putLong(0, number);
        for (int i = 0; i < width && start + i < bytes.length; i++) {
            bytes[start + i] = whole.get(little ? i : Long.BYTES - width + i);
        }
    }

    private static byte[] piece(byte[] from, SplittableRandom random) {
        int start = random.nextInt(from.length);
        int length = random.nextInt(Math.min(256, from.length - start) + 1);
        return Arrays.copyOfRange(from, start, start + length);
    }

    /** With {@code removed} bytes at {@code at} replaced. */
    private static byte[] splice(byte[] bytes, int at, int removed, byte[] put) {
        byte[] spliced = new byte[bytes.length - removed + put.length];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(put, 0, spliced, at, put.length);
        System.arraycopy(bytes, at + removed, spliced, at + put.length, bytes.length - at - removed);
        return spliced;
    }
}
