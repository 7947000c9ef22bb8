// A terminal that is usable again however the program ends, and a screen that no stray message lands on.
#ifndef SIGNALBOX_CLINUX_TERMINAL_H
#define SIGNALBOX_CLINUX_TERMINAL_H

// Remembers the terminal's present modes as those to restore, and sees to it that SEGV, BUS, ILL, TRAP, FPE, ABRT and
// exit(3) restore them while the screen is up. A signal then takes its former course, so the exit status stays true.
// The calling thread gets an alternate signal stack and survives even a stack overflow long enough to restore.
// The descriptor must stay open until clinux_screen_forget. Returns 0, or a positive errno.
int clinux_screen_guard(int terminal);

// From now on a crash restores the terminal. While the screen is up, standard error, where it is a terminal, goes to
// memory.
void clinux_screen_up(void);

// The terminal has been restored: standard error is itself again, and what was held back is written to it.
void clinux_screen_down(void);

// Takes the screen down and lets the terminal's descriptor go; the handlers stay and do nothing.
void clinux_screen_forget(void);

// Stops this process as the default action of SIGTSTP does, even where the signal is blocked; returns when it goes on.
// A process that nobody could continue, the last of an orphaned process group, is not stopped.
void clinux_stop_process(void);

// A file in memory. See memfd_create(2). Returns -1 and sets errno when the system refuses.
int clinux_memory_file(const char *name);

// Makes the second descriptor mean what the first one does, closed on exec. See dup3(2). Returns -1 and sets errno.
int clinux_redirect(int from, int to);

#endif
