package org.batchmill.collective;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.engine.NativeFloats;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;

/**
 * Ranks over Gloo. Sums go round a ring of the ranks, each adding its values to a part that moves on: the order of the additions follows
 * from the number of ranks and of values, and the finished parts are handed on as they are.
 */
final class GlooCollective implements Collective {

    /** Bytes of a rank's text that are exchanged at once; longer ones need a second exchange. */
    private static final int FIRST = 512;

    private final GangAddress address;
    private final SharedStore store;
    private final ProcessGroupGloo group;
    private final Pulse pulse;
    /** Of texts that are exchanged at once. */
    private final ByteBuffer words;

    /** How many threads wait for a message. */
    private final AtomicInteger receiving = new AtomicInteger();

    private volatile boolean closed;

    GlooCollective(GangAddress address, SharedStore store, ProcessGroupGloo group) {
        this.address = address;
        this.store = store;
        this.group = group;
        this.words = direct(FIRST);
        this.pulse = new Pulse(store, address);
        barrier(address.patience());
    }

    @Override
    public int rank() {
        return address.rank();
    }

    @Override
    public int size() {
        return address.size();
    }

    private interface Call {
        Work start(TensorVector tensors);
    }

    @Override
    public void sum(NativeFloats values, Duration deadline) {
        beginSum(values, deadline).await();
    }

    private Call summing(Duration deadline) {
        return tensors -> {
            AllreduceOptions options = new AllreduceOptions();
            options.timeout(Meeting.millis(deadline));
            return group.allreduce(tensors, options);
        };
    }

    @Override
    public void broadcast(NativeFloats values, int root, Duration deadline) {
        FloatPointer memory = new FloatPointer(values.requireHost());
        run(memory, values.count(), torch.ScalarType.Float, deadline, tensors -> {
            BroadcastOptions options = new BroadcastOptions();
            options.rootRank(root).timeout(Meeting.millis(deadline));
            return group.broadcast(tensors, options);
        });
    }

    @Override
    @SuppressWarnings("try") // the scope is held, not used
    public PendingSum beginSum(NativeFloats values, Duration deadline) {
        try (PointerScope scope = new PointerScope()) {
            Work work = begin(
                    new FloatPointer(values.requireHost()),
                    values.count(),
                    torch.ScalarType.Float,
                    deadline,
                    summing(deadline));
            work.retainReference(); // and it what it works on
            return () -> {
                try {
                    await(work, deadline);
                } finally {
                    work.releaseReference();
                    Reference.reachabilityFence(values); // whose memory Gloo's threads work in until here
                }
            };
        }
    }

    @SuppressWarnings("try") // the scope is held, not used
    private void run(Pointer memory, long count, torch.ScalarType type, Duration deadline, Call call) {
        try (PointerScope scope = new PointerScope()) {
            await(begin(memory, count, type, deadline, call), deadline);
        }
    }

    private Work begin(Pointer memory, long count, torch.ScalarType type, Duration deadline, Call call) {
        requireOpen();
        pulse.next();
        try {
            Tensor tensor = torch.from_blob(memory, new long[] {count}, new TensorOptions(type));
            return call.start(new TensorVector(tensor));
        } catch (RuntimeException e) {
            throw new LostRankException(pulse.whoIsLost(deadline, e), e);
        }
    }

    private void await(Work work, Duration deadline) {
        try {
            work._wait();
        } catch (RuntimeException e) {
            throw new LostRankException(pulse.whoIsLost(deadline, e), e);
        }
    }

    @Override
    public void send(NativeFloats values, int to, int tag, Duration deadline) {
        message(values, deadline, tensors -> group.send(tensors, to, tag), work -> to);
    }

    @Override
    public int receive(NativeFloats values, int from, int tag, Duration deadline) {
        receiving.incrementAndGet();
        try {
            return message(
                    values,
                    deadline,
                    tensors -> from == ANY ? group.recvAnysource(tensors, tag) : group.recv(tensors, from, tag),
                    work -> from == ANY ? work.sourceRank() : from);
        } finally {
            receiving.decrementAndGet();
        }
    }

    @SuppressWarnings("try") // the scope is held, not used
    private int message(NativeFloats values, Duration deadline, Call call, ToIntFunction<Work> rank) {
        requireOpen();
        try (PointerScope scope = new PointerScope()) {
            Tensor tensor = torch.from_blob(
                    new FloatPointer(values.requireHost()),
                    new long[] {values.count()},
                    new TensorOptions(torch.ScalarType.Float));
            Work work = call.start(new TensorVector(tensor));
            work._wait(Meeting.millis(deadline));
            return rank.applyAsInt(work);
        } catch (RuntimeException e) {
            throw new LostRankException(pulse.whoIsStill(e), e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this rank has left the gang");
        }
    }

    @Override
    public List<String> gather(String text, Duration deadline) {
        byte[] own = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer first = exchange(own, FIRST, deadline);
        int longest = 0;
        for (int rank = 0; rank < size(); rank++) {
            longest = Math.max(longest, first.getInt(rank * FIRST));
        }
        int width = Integer.BYTES + longest <= FIRST ? FIRST : Integer.BYTES + longest;
        ByteBuffer all = width == FIRST ? first : exchange(own, width, deadline);
        List<String> texts = new ArrayList<>(size());
        for (int rank = 0; rank < size(); rank++) {
            byte[] its = new byte[all.getInt(rank * width)];
            all.get(rank * width + Integer.BYTES, its);
            texts.add(new String(its, StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** The first bytes of all ranks' texts, each behind its length: a sum, to which each rank brings its part and zeros. */
    private ByteBuffer exchange(byte[] own, int width, Duration deadline) {
        ByteBuffer all = width == FIRST ? words : direct(width);
        all.put(0, new byte[all.capacity()]);
        all.putInt(rank() * width, own.length);
        all.put(rank() * width + Integer.BYTES, own, 0, Math.min(own.length, width - Integer.BYTES));
        run(new BytePointer(all), all.capacity(), torch.ScalarType.Byte, deadline, summing(deadline));
        return all;
    }

    private ByteBuffer direct(int width) {
        return ByteBuffer.allocateDirect(width * size()).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void barrier(Duration deadline) {
        gather("", deadline);
    }

    private static String key(String name) {
        return "posted " + name;
    }

    @Override
    public void post(String name, String text) {
        told(() -> {
            store.post(key(name), text);
            return null;
        });
    }

    @Override
    public String posted(String name) {
        return told(() -> store.posted(key(name)));
    }

    @Override
    public void forget(String name) {
        told(() -> store.ask(their -> their.deleteKey(key(name))));
    }

    private <T> T told(Supplier<T> question) {
        requireOpen();
        try {
            return question.get();
        } catch (LostRankException e) {
            throw e;
        } catch (RuntimeException e) {
            throw store.noAnswer(e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        pulse.close();
        // Nothing wakes a thread that waits in there; what it works with must outlive it.
        if (receiving.get() == 0 && !store.isSilent()) {
            group.close();
            store.close();
        }
    }
}
