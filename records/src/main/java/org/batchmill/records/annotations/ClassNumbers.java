package org.batchmill.records.annotations;

import java.util.List;
import org.batchmill.records.Box;
import org.batchmill.records.UsageException;

/** Classes as the numbers that a format writes for them. */
final class ClassNumbers {

    private ClassNumbers() {}

    /**
     * The place of a box's class.
     *
     * @throws UsageException if it is not among them
     */
    static int of(Box box, List<String> classes) {
        int number = classes.indexOf(box.className());
        if (number < 0) {
            throw new UsageException("the class " + box.className() + " is none of " + String.join(", ", classes));
        }
        return number;
    }
}
