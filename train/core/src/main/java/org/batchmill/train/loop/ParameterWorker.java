package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.collective.RankFailedException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.ParameterMessage.Kind;

/** A rank that pulls weights, learns a batch and pushes its gradients, one after the other, until it is told that all is over. */
final class ParameterWorker {

    /** Who holds the parameters. */
    private static final int SERVER = 0;

    private final Gang gang;
    private final Program program;
    private final ByteBuffer head = ParameterMessage.memory();
    private final ParameterBlock weights;
    private final ParameterBlock measured;
    private boolean over;

    ParameterWorker(Gang gang, Program program) {
        this.gang = gang;
        this.program = program;
        this.weights = ParameterBlock.ofAll(program);
        this.measured = ParameterBlock.ofMeasured(program);
    }

    /**
     * Waits for weights and sets them.
     *
     * @return the updates that they are made of; -1 when the training is over
     */
    long pull() throws IOException {
        while (true) {
            gang.receive(ParameterMessage.sent(head), SERVER, ParameterMessage.HEAD);
            ParameterMessage told = ParameterMessage.read(head);
            switch (told.kind()) {
                case WAIT -> {}
                case WEIGHTS -> {
                    gang.receive(weights.floats(), SERVER, ParameterMessage.BODY);
                    weights.write(program);
                    measured.read(program);
                    return told.step();
                }
                case END -> {
                    leave();
                    return -1;
                }
                case LOST -> {
                    over = true;
                    throw new LostRankException(told.text());
                }
                default -> {
                    leave();
                    throw new RankFailedException(told.origin(), told.text());
                }
            }
        }
    }

    private void leave() {
        over = true;
        leave(ParameterMessage.of(Kind.BYE, gang.rank(), ""));
    }

    /** Says the last word, and waits until the others have said theirs. */
    private void leave(ParameterMessage last) {
        send(last);
        Kind told;
        do {
            gang.receive(ParameterMessage.sent(head), SERVER, ParameterMessage.HEAD);
            told = ParameterMessage.read(head).kind();
        } while (told != Kind.LEAVE && told != Kind.LOST);
    }

    private void send(ParameterMessage message) {
        message.write(head);
        gang.send(ParameterMessage.sent(head), SERVER, ParameterMessage.HEAD);
    }

    /** Hands over the gradients that the program has accumulated, and forgets them. */
    void push(ParameterMessage message) {
        send(message);
        program.<RuntimeException>exchangeGradients(gradients -> gang.send(gradients, SERVER, ParameterMessage.BODY));
        if (!measured.isEmpty()) {
            measured.readChange(program);
            gang.send(measured.floats(), SERVER, ParameterMessage.BODY);
        }
        // It clears the gradients; what else it does is overwritten by the weights that are pulled next.
        program.update(new Program.StepContext(message.step(), 0, 0));
    }

    /** Says that there is nothing to push. */
    void skip(Kind kind, boolean stop, String position) {
        send(new ParameterMessage(kind, 0, ParameterMessage.Learnt.NOTHING, stop, gang.rank(), position));
    }

    /** Says what went wrong here, unless the others know. */
    void tell(Throwable failure, String line) {
        if (over) {
            return;
        }
        over = true;
        try {
            leave(ParameterMessage.of(Kind.FAILED, gang.rank(), line));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
