package org.batchmill.train.events;

import java.util.List;
import java.util.Map;
import org.batchmill.train.protobuf.Message;

/** The messages of TensorBoard's HParams plugin, version 0. */
final class HyperParameters {

    private static final int STRING = 1;
    private static final int BOOL = 2;
    private static final int FLOAT64 = 3;
    private static final int SUCCESS = 1;
    private static final int FAILURE = 2;

    private HyperParameters() {}

    /** Summary metadata for {@code _hparams_/experiment}: which parameters and metrics there are. */
    static Message experiment(Map<String, Object> parameters, List<String> metrics, double seconds) {
        Message experiment = new Message().number(3, seconds);
        parameters.forEach((name, value) ->
                experiment.message(4, new Message().text(1, name).integer(4, typeOf(value))));
        for (String metric : metrics) {
            experiment.message(5, new Message().message(1, new Message().text(2, metric)));
        }
        return metadata(new Message().integer(1, 0).message(2, experiment));
    }

    /** Summary metadata for {@code _hparams_/session_start_info}: the values of this run. */
    static Message start(Map<String, Object> parameters, double seconds) {
        Message start = new Message();
        parameters.forEach(
                (name, value) -> start.message(1, new Message().text(1, name).message(2, valueOf(value))));
        return metadata(new Message().integer(1, 0).message(3, start.number(5, seconds)));
    }

    /** Summary metadata for {@code _hparams_/session_end_info}. */
    static Message end(boolean success, double seconds) {
        return metadata(new Message()
                .integer(1, 0)
                .message(
                        4, new Message().integer(1, success ? SUCCESS : FAILURE).number(2, seconds)));
    }

    private static Message metadata(Message content) {
        return new Message().message(1, new Message().text(1, "hparams").message(2, content));
    }

    private static int typeOf(Object value) {
        return value instanceof Number ? FLOAT64 : value instanceof Boolean ? BOOL : STRING;
    }

    /** A google.protobuf.Value. */
    private static Message valueOf(Object value) {
        if (value instanceof Number number) {
            return new Message().number(2, number.doubleValue());
        } else if (value instanceof Boolean bool) {
            return new Message().integer(4, bool ? 1 : 0);
        }
        return new Message().text(3, String.valueOf(value));
    }
}
