package org.batchmill.train.host.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final int ALIGNMENT = 64;

    private record Named(String layer, List<Buffer> reads, List<Buffer> writes) implements Operation {
        @Override
        public Pass pass() {
            return Pass.FORWARD;
        }

        @Override
        public String describe() {
            return "copy";
        }
    }

    /** Each operation reads what the one before it wrote, and sometimes something older. */
    private static Plan<Named> chain(RandomGenerator random, int length) {
        PlanBuilder<Named> builder = new PlanBuilder<>();
        List<Buffer> made = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Buffer output = builder.inArena("b" + i, "f32", 1 + random.nextInt(5000));
            List<Buffer> inputs = new ArrayList<>();
            if (i > 0) {
                inputs.add(made.get(i - 1));
                inputs.add(made.get(random.nextInt(i)));
            }
            builder.add(new Named("op" + i, inputs, List.of(output)));
            made.add(output);
        }
        return builder.build(ALIGNMENT);
    }

    @Test
    void shouldNeverLetBuffersOverlapThatLiveAtTheSameTime() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 50; round++) {
            Plan<Named> plan = chain(random, 2 + random.nextInt(60));
            for (Buffer a : plan.buffers()) {
                assertThat(a.offset() % ALIGNMENT).isZero();
                assertThat(a.offset() + a.bytes()).isLessThanOrEqualTo(plan.arenaBytes());
                for (Buffer b : plan.buffers()) {
                    boolean apart = a.offset() + a.bytes() <= b.offset() || b.offset() + b.bytes() <= a.offset();
                    assertThat(a == b || apart || a.last() < b.first() || b.last() < a.first())
                            .describedAs("%s at %d and %s at %d", a.name(), a.offset(), b.name(), b.offset())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void shouldNeedTheMemoryOfTwoNeighboursForAChain() {
        PlanBuilder<Named> builder = new PlanBuilder<>();
        Buffer before = builder.inArena("b0", "f32", 640);
        builder.add(new Named("op0", List.of(), List.of(before)));
        for (int i = 1; i < 20; i++) {
            Buffer output = builder.inArena("b" + i, "f32", 640);
            builder.add(new Named("op" + i, List.of(before), List.of(output)));
            before = output;
        }
        Plan<Named> plan = builder.build(ALIGNMENT);
        assertThat(plan.arenaBytes()).isEqualTo(2 * 640);
        assertThat(plan.bytesWithoutSharing()).isEqualTo(20 * 640);
    }

    @Test
    void shouldKeepWhatIsAskedForToTheEnd() {
        PlanBuilder<Named> builder = new PlanBuilder<>();
        Buffer kept = builder.inArena("kept", "f32", 640);
        Buffer next = builder.inArena("next", "f32", 640);
        Buffer last = builder.inArena("last", "f32", 640);
        builder.add(new Named("a", List.of(), List.of(kept)));
        builder.add(new Named("b", List.of(), List.of(next)));
        builder.add(new Named("c", List.of(), List.of(last)));
        builder.keep(kept);
        builder.build(ALIGNMENT);
        assertThat(kept.offset()).isNotEqualTo(next.offset()).isNotEqualTo(last.offset());
        assertThat(next.offset()).isEqualTo(last.offset());
    }

    @Test
    void shouldTellOperationsWithFormatsAndPlaces() {
        PlanBuilder<Named> builder = new PlanBuilder<>();
        Buffer weights = PlanBuilder.apart("weights", "f32 3x3", 36);
        Buffer output = builder.inArena("output", "f32 8x3", 96);
        builder.add(new Named("dense", List.of(weights), List.of(output)));
        assertThat(builder.build(ALIGNMENT).lines())
                .containsExactly(
                        "arena 128 bytes for 1 buffers of 96 bytes",
                        "   0 forward  dense          copy: weights f32 3x3 -> output f32 8x3@0");
    }
}
