package org.bufferbridge.examples.service;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bufferbridge.BufferView;

/** Python in a process of its own: byte arrays go through a socket of this machine, and come back. */
final class SocketScorer implements Scorer {
    private final Process worker;
    private final int port;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    /**
     * Starts the worker.
     *
     * @param python the interpreter
     * @param script worker.py
     */
    SocketScorer(String python, String script) throws IOException {
        worker = new ProcessBuilder(python, script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // The worker's first line is its port; it writes no other.
        port = Integer.parseInt(new BufferedReader(new InputStreamReader(worker.getInputStream())).readLine());
    }

    @Override
    public Session open(BufferView features, BufferView scores) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        out.write(new byte[] {(byte) (features.shape(0) >> 8), (byte) features.shape(0)});
        byte[] request = new byte[Math.toIntExact(features.byteSize())];
        byte[] answer = new byte[Math.toIntExact(scores.byteSize())];
        return () -> {
            MemorySegment.ofArray(request).copyFrom(features.memory());
            out.write(request);
            in.readFully(answer);
            scores.memory().copyFrom(MemorySegment.ofArray(answer));
        };
    }

    /** What goes through the socket; that the kernel copies it twice, and each side once more, is not counted. */
    @Override
    public long bytesCopied(BufferView features, BufferView scores) {
        return features.byteSize() + scores.byteSize();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        worker.destroy();
    }
}
