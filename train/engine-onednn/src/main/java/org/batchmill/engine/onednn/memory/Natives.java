package org.batchmill.engine.onednn.memory;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_amx;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_fp16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_vnni;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_sse41;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.train.engine.LoadFailure;
import org.batchmill.train.host.Handles;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.openblas.presets.openblas_nolapack;

/** oneDNN's library: loaded once, on the first question. Thread-safe. */
public final class Natives {

    private Natives() {}

    private static final Undisturbed<Loaded> LOADING = new Undisturbed<>("load-onednn", Loaded::load);

    /** What there is once. Lives as long as the process. */
    private record Loaded(engine cpu, stream inOrder, openblas_nolapack.SetNumThreads setThreads) {

        /** Keeps them out of a scope that may be open while the natives load. */
        private static final Handles<Pointer> FOR_EVER = Natives.handles();

        private static Loaded load() {
            engine cpu = FOR_EVER.keep(new engine(engine.kind.cpu, 0));
            return new Loaded(cpu, FOR_EVER.keep(new stream(cpu)), openMpSetter());
        }

        /** The preset of oneDNN does not map OpenMP's call; OpenBLAS's has a type for such a function, and OpenCV brings it. */
        private static openblas_nolapack.SetNumThreads openMpSetter() {
            Pointer address = Loader.addressof("omp_set_num_threads");
            if (address == null) {
                return null;
            }
            Loader.load(org.bytedeco.openblas.global.openblas_nolapack.class);
            PointerPointer<Pointer> function = FOR_EVER.keep(new PointerPointer<>(1));
            return FOR_EVER.keep(new openblas_nolapack.SetNumThreads(function.put(0, address)));
        }
    }

    /** For native objects that outlive the scope that is open. */
    public static Handles<Pointer> handles() {
        return new Handles<>(Pointer::retainReference, Pointer::releaseReference);
    }

    /** Begins to load the natives and does not wait for them. */
    public static void begin() {
        LOADING.begin();
    }

    /** Why the natives do not load, in one line; null if they do. */
    public static String failure() {
        Throwable failure = LOADING.failure();
        return failure == null ? null : LoadFailure.line("oneDNN", failure);
    }

    public static engine cpu() {
        return LOADING.result().cpu();
    }

    public static stream stream() {
        return LOADING.result().inOrder();
    }

    /** Whether {@link #setThreads} has an effect. */
    public static boolean setsThreads() {
        return LOADING.result().setThreads() != null;
    }

    /** How many threads the primitives that this thread runs from now on take. */
    public static void setThreads(int threads) {
        if (setsThreads()) {
            LOADING.result().setThreads().call(threads);
        }
    }

    /**
     * Whether each core multiplies and adds 64 floats in a cycle, not 32. Of the CPUs that oneDNN tells apart it says so of the server CPUs of
     * Intel from Sapphire Rapids on; AMD's Zen 4 takes two cycles for 512 bits.
     */
    public static boolean hasWideMultipliers() {
        return has(dnnl_cpu_isa_avx512_core_fp16);
    }

    public static boolean hasBfloat16() {
        return has(dnnl_cpu_isa_avx512_core_bf16);
    }

    /** Instruction sets are sets of bits, each holding those before it. */
    private static boolean has(int set) {
        return (dnnl_get_effective_cpu_isa() & set) == set;
    }

    public static String instructionSet() {
        Map<String, Integer> sets = new LinkedHashMap<>();
        sets.put("AMX", dnnl_cpu_isa_avx512_core_amx);
        sets.put("AVX-512 with bfloat16", dnnl_cpu_isa_avx512_core_bf16);
        sets.put("AVX-512 with VNNI", dnnl_cpu_isa_avx512_core_vnni);
        sets.put("AVX-512", dnnl_cpu_isa_avx512_core);
        sets.put("AVX2", dnnl_cpu_isa_avx2);
        sets.put("AVX", dnnl_cpu_isa_avx);
        sets.put("SSE4.1", dnnl_cpu_isa_sse41);
        for (Map.Entry<String, Integer> set : sets.entrySet()) {
            if (has(set.getValue())) {
                return set.getKey();
            }
        }
        return "no vector instructions that oneDNN knows";
    }

    public static String description() {
        dnnl_version_t version = dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor() + "." + version.patch() + ", " + instructionSet()
                + ", OpenMP" + (setsThreads() ? "" : " with the threads of OMP_NUM_THREADS");
    }
}
