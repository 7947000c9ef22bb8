// Programs that this one starts, and that do not outlive it.
#ifndef SIGNALBOX_CLINUX_PROCESS_H
#define SIGNALBOX_CLINUX_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

// Starts a program with an empty standard input, one descriptor for its output and its errors, no signal blocked or
// ignored, and in a process group of its own, so that keys of our terminal do not reach it. The arguments begin with
// its name and end with NULL. Returns 0 and sets the process's number, or a positive errno. See posix_spawn(3).
int clinux_spawn(pid_t *process, const char *path, char *const arguments[], int output);

// From now on SIGTERM comes when the parent ends, however it does. See PR_SET_PDEATHSIG in prctl(2).
// Returns false when that is not this process any more, or the system refuses.
bool clinux_end_with_parent(pid_t parent);

#endif
