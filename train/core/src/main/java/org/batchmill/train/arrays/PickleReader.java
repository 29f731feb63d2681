package org.batchmill.train.arrays;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.records.DataException;

/**
 * Reads a pickle that holds tensors in dicts, and nothing else: a pickle is a program for a stack machine, and of its instructions those alone are
 * followed that build texts, numbers, tuples, lists and dicts, and of the names that it may call those of {@link Pickle.Name}. Nothing is
 * looked up, imported or run. Work and memory grow with the bytes that are there. Not thread-safe.
 *
 * <p>Instructions are those of Python's pickletools, protocols 2 to 5.
 */
final class PickleReader {

    private static final int LONGEST_TEXT = 1 << 16;

    private final ByteBuffer bytes;
    private final String where;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private final Map<String, Pickle.Storage> storages = new HashMap<>();

    /** Reads from the buffer's position on; behind {@link #read} it stands behind the pickle. */
    PickleReader(ByteBuffer bytes, String where) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.where = where;
    }

    /** @throws DataException naming the byte, if the pickle is cut or damaged, or does anything but hold tensors */
    Object read() throws DataException {
        while (true) {
            int at = bytes.position();
            int instruction = unsigned(1);
            if (instruction == '.') {
                return pop();
            }
            follow(instruction, at);
        }
    }

    /** Those that were named, by key. */
    Map<String, Pickle.Storage> storages() {
        return storages;
    }

    private void follow(int instruction, int at) throws DataException {
        switch (instruction) {
            case 0x80 -> unsigned(1); // PROTO: what follows says it better
            case 0x95 -> take(Long.BYTES); // FRAME
            case 'c' -> stack.add(name(line(), line(), at));
            case 0x93 -> {
                String name = text(pop());
                stack.add(name(text(pop()), name, at));
            }
            case 'q' -> memo.put(unsigned(1), top());
            case 'r' -> memo.put(unsigned(4), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> stack.add(remembered(unsigned(1)));
            case 'j' -> stack.add(remembered(unsigned(4)));
            case '(' -> marks.add(stack.size());
            case ')' -> stack.add(new Pickle.Tuple(List.of()));
            case 't' -> stack.add(new Pickle.Tuple(marked()));
            case 0x85 -> stack.add(new Pickle.Tuple(last(1)));
            case 0x86 -> stack.add(new Pickle.Tuple(last(2)));
            case 0x87 -> stack.add(new Pickle.Tuple(last(3)));
            case ']' -> stack.add(new Pickle.Items());
            case 'a' -> {
                Object value = pop();
                as(Pickle.Items.class, top()).values.add(value);
            }
            case 'e' -> {
                List<Object> values = marked();
                as(Pickle.Items.class, top()).values.addAll(values);
            }
            case '}' -> stack.add(new Pickle.Dict());
            case 's' -> put(last(2));
            case 'u' -> put(marked());
            case 'N' -> stack.add(Pickle.NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) unsigned(1));
            case 'M' -> stack.add((long) unsigned(2));
            case 'J' -> stack.add((long) unsigned(4));
            case 0x8a -> stack.add(whole(take(unsigned(1))));
            case 'G' ->
                stack.add(Double.longBitsToDouble(
                        Long.reverseBytes(take(Double.BYTES).getLong())));
            case 'X' -> stack.add(text(unsigned(4)));
            case 0x8c -> stack.add(text(unsigned(1)));
            case 'Q' -> stack.add(storage(as(Pickle.Tuple.class, pop()).values));
            case 'R' -> {
                Object arguments = pop();
                stack.add(called(as(Pickle.Name.class, pop()), as(Pickle.Tuple.class, arguments).values, at));
            }
            case 'b' -> {
                pop(); // attributes of a dict: torch notes versions of modules there
                as(Pickle.Dict.class, top());
            }
            default -> throw refused(at, String.format(Locale.ROOT, "instruction 0x%02x", instruction));
        }
    }

    /** What a name makes of its arguments. */
    private Object called(Pickle.Name name, List<Object> arguments, int at) throws DataException {
        return switch (name) {
            case ORDERED_DICT -> {
                Pickle.Dict dict = new Pickle.Dict();
                if (!arguments.isEmpty()) {
                    for (Object pair : as(Pickle.Items.class, arguments.get(0)).values) {
                        put(dict, as(Pickle.Tuple.class, pair).values);
                    }
                }
                yield dict;
            }
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 ->
                new Pickle.Tensor(
                        as(Pickle.Storage.class, argument(arguments, 0)),
                        as(Long.class, argument(arguments, 1)),
                        wholes(argument(arguments, 2)),
                        wholes(argument(arguments, 3)));
            case REBUILD_PARAMETER -> as(Pickle.Tensor.class, argument(arguments, 0));
            case SIZE -> as(Pickle.Tuple.class, argument(arguments, 0));
            default -> throw refused(at, "a call of " + name.qualified);
        };
    }

    /** What stands for numbers: ("storage", type, key, device, numbers), and in old files a view, which is none of a state dict's. */
    private Pickle.Storage storage(List<Object> id) throws DataException {
        if (!"storage".equals(argument(id, 0)) || (id.size() > 5 && id.get(5) != Pickle.NONE)) {
            throw corrupt("names numbers in a way that is not known");
        }
        Pickle.Name type = as(Pickle.Name.class, argument(id, 1));
        long numbers = as(Long.class, argument(id, 4));
        if (type.bytes == 0 || numbers < 0) {
            throw corrupt("a storage of " + numbers + " " + type.qualified);
        }
        Pickle.Storage storage = new Pickle.Storage(type, text(argument(id, 2)), numbers);
        storages.put(storage.key(), storage);
        return storage;
    }

    private Object argument(List<Object> arguments, int index) throws DataException {
        if (index >= arguments.size()) {
            throw corrupt("a call with " + arguments.size() + " arguments");
        }
        return arguments.get(index);
    }

    private List<Long> wholes(Object value) throws DataException {
        List<Object> values = as(Pickle.Tuple.class, value).values;
        if (values.size() > 64) {
            throw corrupt("a tensor of " + values.size() + " dimensions");
        }
        List<Long> wholes = new ArrayList<>();
        for (Object each : values) {
            wholes.add(as(Long.class, each));
        }
        return wholes;
    }

    private void put(List<Object> pairs) throws DataException {
        Pickle.Dict dict = as(Pickle.Dict.class, top());
        if (pairs.size() % 2 != 0) {
            throw corrupt("a key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            put(dict, pairs.subList(i, i + 2));
        }
    }

    private void put(Pickle.Dict dict, List<Object> pair) throws DataException {
        Object key = argument(pair, 0);
        if (!(key instanceof String || key instanceof Long)) {
            throw corrupt("a dict with keys that are neither texts nor whole numbers");
        }
        dict.put(key, argument(pair, 1));
    }

    private Pickle.Name name(String module, String name, int at) throws DataException {
        Pickle.Name known = Pickle.Name.of(module + "." + name);
        if (known == null) {
            throw refused(at, "the name " + shown(module + "." + name));
        }
        return known;
    }

    private Object top() throws DataException {
        // What stands before a mark is not to be reached before the mark is gone.
        int least = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() <= least) {
            throw corrupt("takes what is not there");
        }
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws DataException {
        Object top = top();
        stack.remove(stack.size() - 1);
        return top;
    }

    private List<Object> last(int count) throws DataException {
        Object[] values = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            values[i] = pop();
        }
        return Arrays.asList(values);
    }

    private List<Object> marked() throws DataException {
        if (marks.isEmpty()) {
            throw corrupt("takes what is not there");
        }
        int mark = marks.remove(marks.size() - 1);
        if (mark > stack.size()) {
            throw corrupt("takes what is not there");
        }
        List<Object> tail = stack.subList(mark, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    private Object remembered(int index) throws DataException {
        Object value = memo.get(index);
        if (value == null) {
            throw corrupt("recalls what was not kept");
        }
        return value;
    }

    private <T> T as(Class<T> kind, Object value) throws DataException {
        if (!kind.isInstance(value)) {
            throw corrupt(
                    "expects a " + kind.getSimpleName().toLowerCase(Locale.ROOT) + " where there is something else");
        }
        return kind.cast(value);
    }

    private String text(Object value) throws DataException {
        return as(String.class, value);
    }

    private String text(int length) throws DataException {
        if (length < 0 || length > LONGEST_TEXT) {
            throw corrupt("a text of " + Integer.toUnsignedString(length) + " bytes");
        }
        return StandardCharsets.UTF_8.decode(take(length)).toString();
    }

    private String line() throws DataException {
        int start = bytes.position();
        int end = start;
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            end++;
        }
        String line = text(end - start);
        unsigned(1);
        return line;
    }

    private static Object whole(ByteBuffer little) {
        byte[] big = new byte[little.remaining()];
        for (int i = big.length - 1; i >= 0; i--) {
            big[i] = little.get();
        }
        BigInteger value = big.length == 0 ? BigInteger.ZERO : new BigInteger(big);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    /** A little-endian number without a sign; one of four bytes as an int, with one. */
    private int unsigned(int length) throws DataException {
        ByteBuffer some = take(length);
        return switch (length) {
            case 1 -> some.get() & 0xff;
            case 2 -> some.getShort() & 0xffff;
            default -> some.getInt();
        };
    }

    private ByteBuffer take(int length) throws DataException {
        if (length > bytes.remaining()) {
            throw new DataException(DataException.Kind.TRUNCATED, where, "ends at byte " + bytes.limit());
        }
        ByteBuffer some = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        return some;
    }

    private DataException refused(int at, String what) {
        return new DataException(
                DataException.Kind.UNSUPPORTED,
                where,
                "byte " + at + ": " + what
                        + " is not followed, since a pickle can run anything; only tensors by name are read:"
                        + " torch.save(model.state_dict(), FILE) writes such a file");
    }

    private DataException corrupt(String reason) {
        return new DataException(DataException.Kind.CORRUPT, where, "before byte " + bytes.position() + ": " + reason);
    }

    /** What is there of a line for people. */
    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^ -~]", "?");
    }
}
