package org.batchmill.queues.pipeline;

/**
 * Every n-th element of a stream: the shards of one stream share no element, and together they are the whole. Each trainer reads
 * all of the stream and passes over what is not its own; of a bad element only its owner hears.
 *
 * <p>A position is {@code turn@position}: how many elements modulo {@code count} lie behind, and the stream's own position.
 */
final class ShardedStream<T> implements StreamSource<T> {

    private final StreamSource<T> whole;
    private final int shard;
    private final int count;
    private int turn;
    /** Where the stream stood behind the element before, if that was a bad one of another trainer. */
    private String positionOfFailure;

    ShardedStream(StreamSource<T> whole, int shard, int count) {
        this.whole = whole;
        this.shard = shard;
        this.count = count;
    }

    @Override
    public T next() throws Exception {
        while (turn != shard) {
            if (!pass()) {
                return null;
            }
            advance();
        }
        try {
            T own = whole.next();
            if (own != null) {
                advance();
            }
            return own;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            advance();
            throw e;
        }
    }

    private void advance() {
        turn = (turn + 1) % count;
    }

    /** Goes behind an element of another trainer; false at the end. */
    private boolean pass() throws Exception {
        try {
            boolean passed = whole.next() != null;
            positionOfFailure = null;
            return passed;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            String at = whole.position();
            if (at.equals(positionOfFailure)) {
                throw e; // the stream did not get past it: it would fail for ever
            }
            positionOfFailure = at;
            return true;
        }
    }

    @Override
    public String position() {
        return turn + "@" + whole.position();
    }

    @Override
    public void seek(String position) throws Exception {
        int at = position.indexOf('@');
        if (at < 1) {
            throw new IllegalArgumentException("not the position of a sharded stream: \"" + position + "\"");
        }
        turn = Integer.parseInt(position.substring(0, at));
        whole.seek(position.substring(at + 1));
    }
}
