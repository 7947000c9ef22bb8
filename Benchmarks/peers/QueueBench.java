// Java's ArrayBlockingQueue, one item at a time: an object of four longs, made by the producer.
// javac QueueBench.java && java QueueBench PRODUCERS CONSUMERS SLOTS ITEMS
// A fifth of the items runs before the clock starts, so that the compiler has done its work.
import java.util.concurrent.ArrayBlockingQueue;

public final class QueueBench {
    record Job(long id, long device, long microseconds, long arrival) {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 4) {
            System.err.println("usage: QueueBench PRODUCERS CONSUMERS SLOTS ITEMS");
            System.exit(2);
        }
        int producers = Integer.parseInt(arguments[0]), consumers = Integer.parseInt(arguments[1]);
        int slots = Integer.parseInt(arguments[2]), both = producers * consumers;
        int items = Integer.parseInt(arguments[3]) / both * both;
        run(producers, consumers, slots, Math.max(items / 5 / both * both, both));
        double seconds = run(producers, consumers, slots, items);
        System.out.printf("{\"items_per_second\": %.0f}%n", items / seconds);
    }

    private static double run(int producers, int consumers, int slots, int items)
            throws InterruptedException {
        var queue = new ArrayBlockingQueue<Job>(slots);
        var sums = new long[consumers];
        var threads = new Thread[producers + consumers];
        for (int i = 0; i < producers; i++) {
            threads[i] = new Thread(() -> produce(queue, items / producers));
        }
        for (int i = 0; i < consumers; i++) {
            int number = i;
            threads[producers + i] =
                new Thread(() -> sums[number] = consume(queue, items / consumers));
        }
        long start = System.nanoTime();
        for (var thread : threads) thread.start();
        for (var thread : threads) thread.join();
        double seconds = (System.nanoTime() - start) / 1e9;

        long sum = 0, each = items / producers;
        for (long part : sums) sum += part;
        if (sum != producers * each * (each + 1) / 2) {
            System.err.println("WRONG SUM");
            System.exit(1);
        }
        return seconds;
    }

    private static void produce(ArrayBlockingQueue<Job> queue, int count) {
        try {
            for (int id = 1; id <= count; id++) queue.put(new Job(id, 0, 0, 0));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static long consume(ArrayBlockingQueue<Job> queue, int count) {
        long sum = 0;
        try {
            for (int i = 0; i < count; i++) sum += queue.take().id();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return sum;
    }
}
