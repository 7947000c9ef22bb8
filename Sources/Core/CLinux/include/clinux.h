// The system calls that the Glibc module hides from Swift.
#ifndef SIGNALBOX_CLINUX_H
#define SIGNALBOX_CLINUX_H

#include <stdint.h>
#include "clinux_process.h"
#include "clinux_terminal.h"

// Sleeps while *word == expected, at most nanoseconds (negative: without limit). See futex(2), FUTEX_WAIT_PRIVATE.
// Returns 0 when woken, else a positive errno: EAGAIN (the word differed), ETIMEDOUT, EINTR.
int clinux_futex_wait(const void *word, uint32_t expected, int64_t nanoseconds);

// Wakes at most count sleepers on the word. See futex(2), FUTEX_WAKE_PRIVATE.
void clinux_futex_wake(const void *word, int count);

// Tells the processor that this is a spinning loop: the PAUSE instruction, count times.
static inline void clinux_pause(int count) {
    for (int i = 0; i < count; i++) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        __asm__ volatile("yield");
#endif
    }
}

// Names the calling thread as the system's tools show it; cut to 15 bytes. See pthread_setname_np(3).
void clinux_name_thread(const char *name);

// An event counter for poll(2): made readable by notify, unreadable by drain. See eventfd(2).
int clinux_eventfd(void);
void clinux_eventfd_notify(int descriptor);
void clinux_eventfd_drain(int descriptor);

// Blocks the signals for this thread and those it starts, and returns a descriptor that delivers them. See signalfd(2).
// Returns -1 and sets errno when the system refuses.
int clinux_signalfd(const int *signals, int count);
// The next signal delivered to the descriptor, or 0 when there is none.
int clinux_signalfd_read(int descriptor);

#endif
