package org.batchmill.video;

/** What becomes of interlaced frames, whose even and odd lines were taken at different moments, so that what moves has combs. */
public enum Interlaced {
    /**
     * The even lines alone, the others interpolated: half the resolution downwards, and no combs. Each frame is made of nothing but
     * itself, so that it is the same after a seek.
     */
    ONE_FIELD,
    /** Both moments in one frame, as they are stored. */
    AS_STORED,
    /** Each is an error, {@code unsupported}. */
    REFUSE
}
