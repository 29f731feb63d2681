package org.batchmill.records.storage;

import java.nio.file.FileSystemException;

/**
 * A store did not answer, however often it was asked. It says nothing of the file, which is not taken for damaged: who leaves out what is bad
 * would leave out all that the store holds.
 */
public final class StoreAwayException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    StoreAwayException(String name, String reason) {
        super(name, null, reason);
    }
}
