package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class PermutationPropertyTest {

    @Property(tries = 200)
    void shouldBeOneToOneForAnySizeAndKey(@ForAll @LongRange(min = 1, max = 3000) long size, @ForAll long key) {
        KeyedPermutation permutation = new KeyedPermutation(size, key);
        boolean[] seen = new boolean[(int) size];
        for (long i = 0; i < size; i++) {
            int place = (int) permutation.apply(i);
            assertThat(seen[place]).as("place %s taken twice", place).isFalse();
            seen[place] = true;
        }
    }
}
