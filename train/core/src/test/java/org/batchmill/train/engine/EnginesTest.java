package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Test;

class EnginesTest {

    /** An engine whose native is not on this machine. */
    private record Absent(String name) implements Engine {
        @Override
        public String unavailable() {
            return "no lib" + name + ".so";
        }

        @Override
        public String describe() {
            return name;
        }

        @Override
        public Program compile(ProgramSpec spec) {
            throw new MissingPartException(unavailable());
        }
    }

    /** An engine that writes down that it loads. */
    private record Loading(String name, List<String> begun) implements Engine {
        @Override
        public void begin() {
            begun.add(name);
        }

        @Override
        public String unavailable() {
            return null;
        }

        @Override
        public String describe() {
            return name;
        }

        @Override
        public Program compile(ProgramSpec spec) {
            throw new MissingPartException(name);
        }
    }

    @Test
    void shouldBeginToLoadNoOtherEngineThanTheOneThatWillBeTaken() {
        List<String> begun = new ArrayList<>();
        List<Engine> both = List.of(new Loading("onednn", begun), new Loading("torch", begun));
        Engines.begin("auto", both);
        Engines.begin("nd4j", both);
        assertThat(begun).isEmpty();
        Engines.begin("torch", both);
        Engines.begin("auto", both.subList(0, 1));
        assertThat(begun).containsExactly("torch", "onednn");
    }

    @Test
    void shouldTakeTheFirstThatRuns() {
        Engine java = new JavaEngine();
        assertThat(Engines.choose("auto", List.of(new Absent("torch"), java))).isSameAs(java);
    }

    @Test
    void shouldFailInOneLineWhereTheOneAskedForCannotRun() {
        assertThatThrownBy(() -> Engines.choose("torch", List.of(new Absent("torch"), new JavaEngine())))
                .isInstanceOf(MissingPartException.class)
                .hasMessage("engine torch cannot run here: no libtorch.so");
    }

    @Test
    void shouldTellAnEngineThatIsNotInstalledFromOneThatDoesNotExist() {
        assertThatThrownBy(() -> Engines.choose("onednn", List.of(new JavaEngine())))
                .isInstanceOf(MissingPartException.class)
                .hasMessage("engine onednn is not installed; installed: java");
        assertThatThrownBy(() -> Engines.choose("tpu", List.of(new JavaEngine())))
                .isInstanceOf(UsageException.class)
                .hasMessage("no engine is called tpu; there are java");
    }

    @Test
    void shouldSayWhyNoneCanRun() {
        assertThatThrownBy(() -> Engines.choose("auto", List.of(new Absent("torch"), new Absent("nd4j"))))
                .isInstanceOf(MissingPartException.class)
                .hasMessage("no engine can run here: torch: no libtorch.so; nd4j: no libnd4j.so");
        assertThatThrownBy(() -> Engines.choose("auto", List.of())).hasMessageContaining("no engine is installed");
    }

    @Test
    void shouldMatchLayersByPattern() {
        ProgramSpec.RateMultiplier conv = new ProgramSpec.RateMultiplier("conv*", 0);
        assertThat(conv.matches("conv1")).isTrue();
        assertThat(conv.matches("conv")).isTrue();
        assertThat(conv.matches("preconv1")).isFalse();
        assertThat(new ProgramSpec.RateMultiplier("conv?", 0).matches("conv12")).isFalse();
        assertThat(new ProgramSpec.RateMultiplier("*2*", 0).matches("conv12")).isTrue();
    }
}
