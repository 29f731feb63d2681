package org.batchmill.engine.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * Owns native objects. While a network is compiled, and in each step, a {@link PointerScope} is open that frees what is made in passing;
 * what is kept is retained here and outlives the scope.
 */
final class Handles implements AutoCloseable {

    private final List<Pointer> kept = new ArrayList<>();

    <P extends Pointer> P keep(P object) {
        object.retainReference();
        kept.add(object);
        return object;
    }

    @Override
    public void close() {
        for (int i = kept.size() - 1; i >= 0; i--) {
            kept.get(i).releaseReference();
        }
        kept.clear();
    }
}
