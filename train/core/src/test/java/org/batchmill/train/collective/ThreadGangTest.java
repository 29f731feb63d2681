package org.batchmill.train.collective;

import java.util.List;
import java.util.concurrent.Callable;

class ThreadGangTest extends CollectiveContractTest {

    @Override
    protected <T> List<Callable<T>> run(int size, ThreadGang.Work<T> work) throws Exception {
        return ThreadGang.run(size, work);
    }
}
