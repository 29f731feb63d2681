package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RangeGroupsTest {

    @Test
    void shouldCutListsIntoRangesThatShareOutAndAreFew() {
        assertThat(SampleRange.size(0)).isEqualTo(64);
        assertThat(SampleRange.size(5000)).isEqualTo(64);
        assertThat(SampleRange.size(20_000)).isEqualTo(156);
        assertThat(SampleRange.size(10_000_000_000L)).isEqualTo(1024);
    }

    @Test
    void shouldHaveEverySampleInOneRangeAndNoRangeInTwoShards() {
        for (long size : new long[] {1, 63, 64, 65, 20_000, 200_001}) {
            RangeGroups groups = RangeGroups.of(List.of(size), List.of((int) Math.min(size, 7)), true, 2);
            long next = 0;
            for (int shard = 0; shard < groups.groups().size(); shard++) {
                assertThat(next)
                        .isEqualTo(ShardPlan.start(size, shard, groups.groups().size()));
                for (SampleRange range : groups.groups().get(shard)) {
                    assertThat(range.first()).isEqualTo(next);
                    assertThat(range.count()).isBetween(1, SampleRange.size(size));
                    next += range.count();
                }
            }
            assertThat(next).isEqualTo(size);
        }
    }
}
