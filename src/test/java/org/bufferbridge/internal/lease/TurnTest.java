package org.bufferbridge.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread at a time has the turn; the others wait, or are told why not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnTest {
    private static final long MILLISECOND = 1_000_000;

    private final Turn turn = new Turn();
    private long count; // guarded by the turn

    private void giveBack() {
        turn.closer = null;
        turn.taken = 0;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThreadAtATimeHasTheTurn(boolean isVirtual) throws Exception {
        int rounds = 20_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int kind = i;
            Thread.Builder builder = isVirtual ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(builder.start(() -> {
                for (int round = 0; round < rounds; round++) {
                    if (kind == 0) {
                        turn.takeToClose(Long.MAX_VALUE);
                    } else if (kind == 1) {
                        while (!turn.takeUnlessClosing()) {
                            Thread.onSpinWait();
                        }
                    } else {
                        turn.take();
                    }
                    count++;
                    giveBack();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4 * rounds, count);
        assertEquals(0, turn.taken);
    }

    @Test
    void aThreadDoesNotWaitForItsOwnClose() {
        turn.takeToClose(Turn.PATIENCE_NANOS);
        for (Runnable again : List.<Runnable>of(turn::take, () -> turn.takeToClose(Long.MAX_VALUE))) {
            var refusal = assertThrows(IllegalStateException.class, again::run);
            assertTrue(refusal.getMessage().contains("by this very thread"), refusal.getMessage());
        }
        assertFalse(turn.takeUnlessClosing());
        giveBack();
        assertTrue(turn.takeUnlessClosing());
    }

    @Test
    void aThreadLosesPatienceWithOneThatCloses() throws Exception {
        CountDownLatch isTaken = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Thread closer = Thread.ofPlatform().name("the closer").start(() -> {
            turn.takeToClose(Turn.PATIENCE_NANOS);
            isTaken.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
            giveBack();
        });
        isTaken.await();
        var refusal = assertThrows(IllegalStateException.class, () -> turn.takeToClose(MILLISECOND));
        assertTrue(refusal.getMessage().contains("the closer"), refusal.getMessage());
        assertFalse(turn.takeUnlessClosing());
        mayGoOn.countDown();
        turn.take();
        closer.join();
        giveBack();
    }

    @Test
    void aThreadDoesNotLosePatienceWithOneThatMakesAView() throws Exception {
        turn.take();
        AtomicBoolean wasTaken = new AtomicBoolean();
        Thread waiting = Thread.ofPlatform().start(() -> {
            turn.takeToClose(MILLISECOND);
            wasTaken.set(true);
            giveBack();
        });
        Thread.sleep(50);
        assertFalse(wasTaken.get());
        turn.taken = 0;
        waiting.join();
        assertTrue(wasTaken.get());
    }
}
