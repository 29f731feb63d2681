package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.collective.RankFailedException;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.ParameterMessage.Kind;

/**
 * The rank that holds the parameters: takes what workers push in the order in which it comes, as far as the bound of staleness lets it, and
 * hands each the weights again. A worker that waits hears of it now and then, so that it need not wait longer than for a rank that hangs.
 * A thread receives; all else is done by the training's.
 */
final class ParameterServer {

    /** How often the others are thought of while nothing comes. */
    private static final Duration TICK = Duration.ofMillis(200);

    /** What a worker is about. */
    private enum State {
        /** It has weights, and learns. */
        LEARNS,
        /** Its gradients are here, and may not be applied yet. */
        HELD,
        /** It wants weights. */
        PARKED,
        /** Its data is at its end. */
        ENDED,
        /** It pushes nothing more, and waits until none does. */
        LEAVING,
        /** It was lost, or is none. */
        GONE
    }

    /** What came of a worker. */
    record Push(int rank, ParameterMessage message) {}

    private final Gang gang;
    private final Program program;
    private final StalenessBound bound;
    private final ByteBuffer head = ParameterMessage.memory();
    private final ParameterBlock weights;
    private final FloatBuffer[] gradients;
    private final ParameterBlock[] measured;
    private final BlockingQueue<Object> arrivals = new LinkedBlockingQueue<>();
    private final List<Push> held = new ArrayList<>();
    private final Deque<Integer> parked = new ArrayDeque<>();
    /** By rank; that of rank 0 is {@code GONE}. */
    private final State[] states;

    private final long[] heardNanos;
    private final long[] toldNanos;
    private final long[] pushes;
    private final String[] positions;
    private boolean stopAsked;
    private boolean over;
    /** Whether the thread that receives has ended because a rank was lost. */
    private boolean ended;

    ParameterServer(Gang gang, Program program, int maxStaleness) {
        this.gang = gang;
        this.program = program;
        this.bound = new StalenessBound(maxStaleness);
        this.weights = ParameterBlock.ofAll(program);
        this.gradients = new FloatBuffer[gang.size()];
        this.measured = new ParameterBlock[gang.size()];
        this.states = new State[gang.size()];
        this.heardNanos = new long[gang.size()];
        this.toldNanos = new long[gang.size()];
        this.pushes = new long[gang.size()];
        this.positions = new String[gang.size()];
        Arrays.fill(states, State.PARKED);
        states[0] = State.GONE;
    }

    /** Hands the weights to all. Behind the agreement that all begin alike. */
    void begin(long step) {
        program.<RuntimeException>exchangeGradients(block -> {
            for (int rank = 1; rank < gang.size(); rank++) {
                gradients[rank] = ByteBuffer.allocateDirect(Math.toIntExact(block.count()) * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
                measured[rank] = ParameterBlock.ofMeasured(program);
                parked.add(rank);
                toldNanos[rank] = System.nanoTime();
            }
        });
        WorkerThread.start("gang-pushes", this::receive, arrivals::add);
        handOut(step);
    }

    private void receive() {
        ByteBuffer memory = ParameterMessage.memory();
        for (int open = gang.size() - 1; open > 0; ) {
            int rank = gang.receiveOfAny(ParameterMessage.sent(memory), ParameterMessage.HEAD);
            ParameterMessage message = ParameterMessage.read(memory);
            if (message.kind() == Kind.PUSH) {
                receiveBody(rank);
            }
            if (message.kind() == Kind.BYE || message.kind() == Kind.FAILED) {
                open--;
            }
            arrivals.add(new Push(rank, message));
        }
    }

    private void receiveBody(int rank) {
        gang.receive(NativeFloats.ofHost(gradients[rank]), rank, ParameterMessage.BODY);
        if (!measured[rank].isEmpty()) {
            gang.receive(measured[rank].floats(), rank, ParameterMessage.BODY);
        }
    }

    /**
     * What is to be applied next.
     *
     * @param step updates so far
     * @return null where the data of all workers is at its end, or a stop was asked for
     */
    Push next(long step) throws IOException, InterruptedException {
        while (true) {
            handOut(step);
            for (Push push : held) {
                if (bound.mayApply(push.rank(), step)) {
                    held.remove(push);
                    return push;
                }
            }
            if (stopAsked || Arrays.stream(states).allMatch(state -> state == State.ENDED || state == State.GONE)) {
                return null;
            }
            take(arrivals.poll(TICK.toMillis(), TimeUnit.MILLISECONDS));
            beat();
            requireAll();
        }
    }

    /** Adds a push to the program's gradients, which hold nothing; returns how stale it is. */
    int apply(Push push, long step) {
        program.<RuntimeException>exchangeGradients(block ->
                block.requireHost().put(gradients[push.rank()].duplicate().clear()));
        if (!measured[push.rank()].isEmpty()) {
            measured[push.rank()].add(program);
        }
        states[push.rank()] = State.PARKED;
        parked.add(push.rank());
        pushes[push.rank()]++;
        positions[push.rank()] = push.message().text();
        return bound.applies(push.rank(), step);
    }

    /** Gives weights to those who want them and may have them. */
    void handOut(long step) {
        boolean read = false;
        while (!parked.isEmpty() && bound.mayPull()) {
            if (!read) {
                weights.read(program);
                read = true;
            }
            int rank = parked.poll();
            send(rank, ParameterMessage.weights(step));
            gang.send(weights.floats(), rank, ParameterMessage.BODY);
            bound.pulls(rank, step);
            states[rank] = State.LEARNS;
            heardNanos[rank] = System.nanoTime();
        }
    }

    private void send(int rank, ParameterMessage message) {
        message.write(head);
        gang.send(ParameterMessage.sent(head), rank, ParameterMessage.HEAD);
        toldNanos[rank] = System.nanoTime();
    }

    /** @param arrival a {@link Push}, what ended the thread that receives, or null for nothing */
    private void take(Object arrival) throws IOException {
        if (arrival == null) {
            return;
        }
        if (!(arrival instanceof Push push)) {
            ended = true;
            throw arrival instanceof LostRankException lost
                    ? lost
                    : new IllegalStateException("nothing can be received any more", (Throwable) arrival);
        }
        int rank = push.rank();
        stopAsked |= push.message().stop();
        switch (push.message().kind()) {
            case PUSH -> {
                states[rank] = State.HELD;
                held.add(push);
            }
            case NOTHING -> {
                bound.leaves(rank);
                states[rank] = State.PARKED;
                parked.add(rank);
            }
            case ENDED -> {
                bound.leaves(rank);
                states[rank] = State.ENDED;
            }
            case FAILED -> {
                bound.leaves(rank);
                states[rank] = State.LEAVING;
                throw new RankFailedException(rank, push.message().text());
            }
            default -> states[rank] = State.LEAVING;
        }
    }

    /** Tells those who wait that they do so rightly. To be called now and then. */
    void beat() throws IOException {
        Object arrival = arrivals.poll();
        while (arrival != null) {
            take(arrival);
            arrival = arrivals.poll();
        }
        long often = gang.deadline().toNanos() / 4;
        for (int rank = 1; rank < states.length; rank++) {
            boolean waits = states[rank] != State.LEARNS && !isLeaving(rank);
            if (waits && System.nanoTime() - toldNanos[rank] > often) {
                send(rank, ParameterMessage.of(Kind.WAIT, 0, ""));
            }
        }
    }

    private boolean isLeaving(int rank) {
        return states[rank] == State.LEAVING || states[rank] == State.GONE;
    }

    private void requireAll() {
        for (int rank = 1; rank < states.length; rank++) {
            if (states[rank] == State.LEARNS
                    && System.nanoTime() - heardNanos[rank] > gang.deadline().toNanos()) {
                states[rank] = State.GONE;
                throw new LostRankException("rank " + rank + " has ended or hangs: it did not push within "
                        + gang.deadline().toSeconds() + " s (--rank-timeout)");
            }
        }
    }

    /** Whether a worker was asked to stop. */
    boolean stopAsked() {
        return stopAsked;
    }

    /** The position in the data of the worker that has pushed as often as most have; null before any has. */
    String position() {
        double mean = Arrays.stream(pushes).sum() / (double) (pushes.length - 1);
        String nearest = null;
        double off = Double.POSITIVE_INFINITY;
        for (int rank = 1; rank < pushes.length; rank++) {
            if (positions[rank] != null && Math.abs(pushes[rank] - mean) < off) {
                off = Math.abs(pushes[rank] - mean);
                nearest = positions[rank];
            }
        }
        return nearest;
    }

    /** The training is over: all workers hear of it when they come, and leave. */
    void end() throws InterruptedException {
        if (!over) {
            over = true;
            dismiss(ParameterMessage.of(Kind.END, 0, ""));
        }
    }

    /** Ends the gang because of a failure here, or one that is known here. */
    void tell(Throwable failure, String line) {
        if (over) {
            return;
        }
        over = true;
        ParameterMessage last = ParameterMessage.of(Kind.FAILED, 0, line);
        if (failure instanceof RankFailedException its) {
            last = ParameterMessage.of(Kind.FAILED, its.rank(), its.line());
        } else if (failure instanceof LostRankException) {
            last = ParameterMessage.of(Kind.LOST, 0, line);
        }
        try {
            dismiss(last);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dismiss(ParameterMessage last) throws InterruptedException {
        boolean[] told = new boolean[states.length];
        long end = System.nanoTime() + gang.deadline().toNanos();
        while (!ended && !IntStream.range(1, states.length).allMatch(this::isLeaving)) {
            for (int rank = 1; rank < states.length; rank++) {
                if (!told[rank] && states[rank] != State.LEARNS && !isLeaving(rank)) {
                    told[rank] = true;
                    tryToSend(rank, last);
                }
            }
            Object arrival = arrivals.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (arrival instanceof Push push) {
                boolean leaves =
                        push.message().kind() == Kind.BYE || push.message().kind() == Kind.FAILED;
                states[push.rank()] = leaves ? State.LEAVING : State.HELD;
            } else if (arrival instanceof LostRankException lost && last.kind() == Kind.END) {
                throw lost;
            } else {
                ended = true;
            }
        }
        for (int rank = 1; rank < states.length; rank++) {
            sendOff(rank, ended ? last : ParameterMessage.of(Kind.LEAVE, 0, ""));
        }
    }

    /** The last that a worker hears, whatever became of it. */
    private void sendOff(int rank, ParameterMessage last) {
        if (states[rank] == State.GONE) {
            return;
        }
        try {
            if (states[rank] == State.LEARNS) {
                // What it pushes is of no use any more, but it sends before it listens.
                gang.receive(ParameterMessage.sent(head), rank, ParameterMessage.HEAD);
                if (ParameterMessage.read(head).kind() == Kind.PUSH) {
                    receiveBody(rank);
                }
            }
        } catch (LostRankException e) {
            states[rank] = State.GONE;
            return;
        }
        tryToSend(rank, last.kind() == Kind.FAILED ? ParameterMessage.of(Kind.LOST, 0, last.text()) : last);
    }

    private void tryToSend(int rank, ParameterMessage message) {
        try {
            send(rank, message);
        } catch (LostRankException e) {
            states[rank] = State.GONE;
        }
    }
}
