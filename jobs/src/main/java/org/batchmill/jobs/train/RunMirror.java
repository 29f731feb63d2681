package org.batchmill.jobs.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.jobs.JobListener;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.InputFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.checkpoint.RunLock;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;

/**
 * Keeps a copy of a run folder elsewhere: whatever has changed is sent after each checkpoint, beside the training, and once more at the end; what
 * the run removed is removed there. What cannot be sent is told and tried again after the next checkpoint: the run itself is on this
 * machine. Its methods are called by the thread of the loop; closed by its creator.
 */
final class RunMirror implements Hook, AutoCloseable {

    /** Of a file that was sent. */
    private record Sent(long size, FileTime modified) {}

    private final Path run;
    private final Path target;
    private final JobListener listener;
    private final WorkerPool sender;
    private final Map<String, Sent> sent = new HashMap<>();
    private Future<Void> sending;

    /** @param target where the files of {@code run} go, under their own names */
    RunMirror(Path run, String target, JobListener listener) {
        this.run = run;
        this.target = Places.of(target);
        this.listener = listener;
        this.sender = new WorkerPool("upload", 1);
    }

    @Override
    public void onSaved(LoopControl loop, Path checkpoint) throws IOException {
        if (sending != null && !sending.isDone()) {
            return; // what this checkpoint changed goes with the next
        }
        try {
            await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            listener.warn(e.getMessage() + "; it is tried again after the next checkpoint");
        }
        sending = sender.submit(this::send);
    }

    /**
     * Sends what the run left in the end, and waits for it.
     *
     * @throws IOException if that fails, naming the file there
     */
    void finish() throws IOException, InterruptedException {
        try {
            await();
        } catch (IOException e) {
            // Tried again now, and told then.
        }
        sending = sender.submit(this::send);
        await();
    }

    private void await() throws IOException, InterruptedException {
        Future<Void> last = sending;
        sending = null;
        if (last != null) {
            WorkerPool.result(last);
        }
    }

    private Void send() throws IOException {
        Set<String> there = new HashSet<>();
        for (Path file : files()) {
            String name = run.relativize(file).toString().replace('\\', '/');
            there.add(name);
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                Sent now = new Sent(attributes.size(), attributes.lastModifiedTime());
                if (!now.equals(sent.get(name))) {
                    send(file, target.resolve(name));
                    sent.put(name, now);
                }
            } catch (NoSuchFileException e) {
                there.remove(name); // an older checkpoint, which has just made room
            }
        }
        for (String gone : List.copyOf(sent.keySet())) {
            if (!there.contains(gone)) {
                Storage.of(target).delete(target.resolve(gone));
                sent.remove(gone);
            }
        }
        return null;
    }

    /** Without locks, and what is being written. The training goes on beside this: what it removes meanwhile is not missed. */
    private List<Path> files() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(run, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (Files.isRegularFile(file)
                        && !file.endsWith(RunLock.NAME)
                        && !file.getFileName().toString().startsWith(".")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                return e instanceof NoSuchFileException ? FileVisitResult.CONTINUE : super.visitFileFailed(file, e);
            }
        });
        Collections.sort(found);
        return found;
    }

    private static void send(Path file, Path to) throws IOException {
        if (to.getParent() != null) {
            Files.createDirectories(to.getParent());
        }
        try (InputStream in = InputFile.stream(file);
                PendingFile out = Storage.of(to).create(to)) {
            in.transferTo(Channels.newOutputStream(out));
            out.commit();
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}
