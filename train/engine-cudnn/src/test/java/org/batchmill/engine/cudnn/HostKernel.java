package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs one of our kernels on the host: its source, as it is, compiled as C++ by g++ ({@code src/test/cpp}), threads of a block as threads
 * of the host. What it shows is the arithmetic and the cooperation of threads; not speed, and not the device's own functions.
 */
final class HostKernel {

    private static final int GRID = 3;
    private static final int THREADS = 64;

    private static Path program;

    private final String name;
    private final List<ByteBuffer> arrays = new ArrayList<>();
    private final List<Consumer<ByteBuffer>> returns = new ArrayList<>();
    private final List<String> scalars = new ArrayList<>();
    private int gridX = GRID;
    private int gridY = 1;

    HostKernel(String name) {
        assumeTrue(Tool.GXX.works(), "g++ is not here, which compiles the kernels for the host");
        this.name = name;
    }

    /** Otherwise there are 3 blocks of 64 threads. */
    HostKernel grid(int x, int y) {
        gridX = x;
        gridY = y;
        return this;
    }

    /** The next argument; overwritten by {@link #run()} with what the kernel leaves. */
    HostKernel array(float[] values) {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return add(bytes, back -> back.asFloatBuffer().get(values));
    }

    HostKernel array(double[] values) {
        ByteBuffer bytes = buffer(values.length * Double.BYTES);
        bytes.asDoubleBuffer().put(values);
        return add(bytes, back -> back.asDoubleBuffer().get(values));
    }

    HostKernel array(short[] values) {
        ByteBuffer bytes = buffer(values.length * Short.BYTES);
        bytes.asShortBuffer().put(values);
        return add(bytes, back -> back.asShortBuffer().get(values));
    }

    HostKernel array(long[] values) {
        ByteBuffer bytes = buffer(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        return add(bytes, back -> back.asLongBuffer().get(values));
    }

    HostKernel array(byte[] values) {
        return add(buffer(values.length).put(values).flip(), back -> back.get(values));
    }

    HostKernel nullPointer() {
        return add(buffer(0), back -> {});
    }

    private HostKernel add(ByteBuffer bytes, Consumer<ByteBuffer> back) {
        arrays.add(bytes);
        returns.add(back);
        return this;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Arguments that are numbers, members of structs included. */
    HostKernel scalars(double... values) {
        for (double value : values) {
            scalars.add(Double.toString(value));
        }
        return this;
    }

    /** Behind all other scalars. */
    HostKernel step(StepValues values) {
        return scalars(values.learningRate(), values.meanCorrection(), values.varianceCorrection(), values.totalRows());
    }

    void run() {
        try {
            List<String> words = new ArrayList<>(List.of(
                    program().toString(),
                    name,
                    Integer.toString(gridX),
                    Integer.toString(gridY),
                    Integer.toString(THREADS)));
            words.addAll(scalars);
            Path errors = Files.createTempFile("kernel", ".txt");
            Process process =
                    new ProcessBuilder(words).redirectError(errors.toFile()).start();
            // It reads all before it writes anything.
            try (WritableByteChannel in = Channels.newChannel(process.getOutputStream())) {
                for (ByteBuffer array : arrays) {
                    in.write(buffer(Long.BYTES).putLong(array.capacity()).flip());
                    in.write(array.clear());
                }
            }
            byte[] out = process.getInputStream().readAllBytes();
            assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
            Files.delete(errors);
            int at = 0;
            for (int i = 0; i < arrays.size(); i++) {
                int length = arrays.get(i).capacity();
                returns.get(i).accept(buffer(length).put(out, at, length).flip());
                at += length;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static synchronized Path program() throws IOException, InterruptedException {
        if (program == null) {
            Path folder = Files.createDirectories(Path.of("target/host-kernels"));
            Files.writeString(folder.resolve("kernels.cu"), KernelSource.text(), StandardCharsets.UTF_8);
            Path cpp = Path.of("src/test/cpp");
            Path built = folder.resolve("run-kernel");
            // No contraction into fused multiply-adds: Java has none either.
            Tool.GXX.run(
                    "-std=c++20",
                    "-O1",
                    "-ffp-contract=off",
                    "-pthread",
                    "-I" + folder,
                    "-I" + cpp,
                    "-o",
                    built.toString(),
                    cpp.resolve("run-kernel.cpp").toString());
            program = built;
        }
        return program;
    }
}
