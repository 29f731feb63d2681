package org.batchmill.ingest.packing;

/** Keys for the shuffle. */
final class Mix {

    private Mix() {}

    /** Stafford's variant 13 of the murmur3 finalizer over a seed and a hash: near seeds give unrelated orders. */
    static long of(long seed, long hash) {
        return mix(hash ^ mix(seed + 0x9e3779b97f4a7c15L));
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
