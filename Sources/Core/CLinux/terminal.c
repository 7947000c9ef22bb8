#define _GNU_SOURCE
#include "clinux_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

// Everything here is read by signal handlers, so it is plain memory that is complete before `up` says so.
static atomic_int up;
static int terminal = -1;
static struct termios modes;
static int real_error = -1;
static int held_back = -1;

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { crash_count = sizeof crashes / sizeof crashes[0] };
static struct sigaction former[crash_count];
static char crash_stack[64 * 1024];

// Gives standard error back and writes what was held back. Async-signal-safe.
static void release_error(void) {
    if (held_back < 0) return;
    dup2(real_error, STDERR_FILENO);
    char text[4096];
    off_t offset = 0;
    ssize_t length;
    while ((length = pread(held_back, text, sizeof text, offset)) > 0) {
        if (write(STDERR_FILENO, text, length) < 0) break;
        offset += length;
    }
    close(real_error);
    close(held_back);
    real_error = held_back = -1;
}

// Holds messages back in memory. A standard error that is not a terminal cannot disturb the screen and stays.
static void hold_error(void) {
    if (held_back >= 0 || !isatty(STDERR_FILENO)) return;
    int memory = clinux_memory_file("stderr");
    int kept = memory < 0 ? -1 : dup(STDERR_FILENO);
    if (kept < 0 || dup2(memory, STDERR_FILENO) < 0) {
        if (kept >= 0) close(kept);
        if (memory >= 0) close(memory);
        return;
    }
    real_error = kept;
    held_back = memory;
}

// The terminal's way back without ncurses, whose endwin is not async-signal-safe: end the alternate screen, show the
// cursor, plain text, end the keypad's application mode, the modes. Returns whether the screen was up.
static int restore(void) {
    static const char sequence[] = "\033[0m\033[?1049l\033[?25h\033[?1l\033>\r";
    if (!atomic_exchange(&up, 0)) return 0;
    // A terminal that takes nothing would hold us: what nobody has read is thrown away, and what Ctrl-S has stopped is
    // started, which Linux does only after a stop of this kind. All of it is async-signal-safe. See tcflow(3).
    tcflush(terminal, TCOFLUSH);
    tcflow(terminal, TCOOFF);
    tcflow(terminal, TCOON);
    if (write(terminal, sequence, sizeof sequence - 1) < 0) { /* the terminal is gone: nothing to restore */ }
    tcsetattr(terminal, TCSANOW, &modes);
    release_error();
    return 1;
}

static atomic_int restoring;

// All signals are blocked here, so that tcsetattr from the background does not stop us.
static void crashed(int signal) {
    int saved = errno;
    if (atomic_exchange(&restoring, 1) == 0) {
        restore();
    } else {
        // Another thread crashed first and is restoring; its signal ends the process.
        poll(NULL, 0, 1000);
    }
    for (int i = 0; i < crash_count; i++) {
        if (crashes[i] == signal) sigaction(signal, &former[i], NULL);
    }
    errno = saved;
    raise(signal);
}

static void exiting(void) {
    restore();
}

static int install(void) {
    static int installed;
    if (installed) return 0;
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
        stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
        if (sigaltstack(&stack, NULL) < 0) return errno;
    }
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < crash_count; i++) {
        if (sigaction(crashes[i], &action, &former[i]) < 0) return errno;
        // A crash whose signal our parent ignores ends the process all the same: the screen is gone by then.
        if (former[i].sa_handler == SIG_IGN) former[i].sa_handler = SIG_DFL;
    }
    atexit(exiting);
    installed = 1;
    return 0;
}

int clinux_screen_guard(int descriptor) {
    if (tcgetattr(descriptor, &modes) < 0) return errno;
    terminal = descriptor;
    return install();
}

void clinux_screen_up(void) {
    hold_error();
    atomic_store(&up, 1);
}

void clinux_screen_down(void) {
    atomic_store(&up, 0);
    release_error();
}

void clinux_screen_forget(void) {
    clinux_screen_down();
    terminal = -1;
}

void clinux_stop_process(void) {
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
    sigaction(SIGTSTP, &standard, &ours);
    pthread_sigmask(SIG_UNBLOCK, &stop, &before);
    kill(getpid(), SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

int clinux_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

int clinux_redirect(int from, int to) {
    return dup3(from, to, O_CLOEXEC);
}
