// The textbook's bounded buffer: two semaphores, one mutex, 32-byte items, one at a time.
// cc -O2 -pthread textbook.c -o textbook && ./textbook PRODUCERS CONSUMERS SLOTS ITEMS
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LARGEST = 64 };
typedef struct { uint64_t id, device, microseconds, arrival; } Job;
typedef struct { long items; uint64_t sum; } Share;

static Job *slots;
static long capacity, in, out;
static sem_t empty, full;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *produce(void *argument) {
    Share *share = argument;
    for (long i = 1; i <= share->items; i++) {
        Job job = {.id = (uint64_t)i};
        sem_wait(&empty);
        pthread_mutex_lock(&mutex);
        slots[in] = job;
        in = in + 1 == capacity ? 0 : in + 1;
        pthread_mutex_unlock(&mutex);
        sem_post(&full);
    }
    return NULL;
}

static void *consume(void *argument) {
    Share *share = argument;
    for (long i = 0; i < share->items; i++) {
        sem_wait(&full);
        pthread_mutex_lock(&mutex);
        Job job = slots[out];
        out = out + 1 == capacity ? 0 : out + 1;
        pthread_mutex_unlock(&mutex);
        sem_post(&empty);
        share->sum += job.id;
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 5) return fprintf(stderr, "usage: textbook PRODUCERS CONSUMERS SLOTS ITEMS\n"), 2;
    long producers = atol(arguments[1]), consumers = atol(arguments[2]);
    long items = atol(arguments[4]) / (producers * consumers) * (producers * consumers);
    if (producers < 1 || consumers < 1 || producers + consumers > LARGEST || items < 1) return 2;
    capacity = atol(arguments[3]);
    slots = calloc((size_t)capacity, sizeof(Job));
    sem_init(&empty, 0, (unsigned)capacity);
    sem_init(&full, 0, 0);

    pthread_t threads[LARGEST];
    Share shares[LARGEST] = {0};
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long i = 0; i < producers + consumers; i++) {
        shares[i].items = items / (i < producers ? producers : consumers);
        pthread_create(&threads[i], NULL, i < producers ? produce : consume, &shares[i]);
    }
    uint64_t sum = 0;
    for (long i = 0; i < producers + consumers; i++) {
        pthread_join(threads[i], NULL);
        sum += shares[i].sum;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);

    uint64_t each = (uint64_t)(items / producers);
    if (sum != (uint64_t)producers * each * (each + 1) / 2) return fprintf(stderr, "WRONG SUM\n"), 1;
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("{\"items_per_second\": %.0f}\n", (double)items / seconds);
}
