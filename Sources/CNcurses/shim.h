// What Swift cannot import from <ncurses.h>: macros and mutable globals, each under a name of its own.
#ifndef SIGNALBOX_CNCURSES_H
#define SIGNALBOX_CNCURSES_H

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>
#include <ncurses.h>

// From <term.h>, whose macros named `lines` and `columns` do not belong in a module.
extern char *tigetstr(const char *name);

// The locale's idea of a character's width, which is ncurses' own; the Glibc module hides wcwidth(3).
extern int wcwidth(wchar_t character);
static inline int sb_cells(wchar_t character) { return wcwidth(character); }

static inline WINDOW *sb_stdscr(void) { return stdscr; }
static inline WINDOW *sb_curscr(void) { return curscr; }
static inline int sb_lines(void) { return LINES; }
static inline int sb_columns(void) { return COLS; }
static inline int sb_colors(void) { return COLORS; }

static const attr_t sb_bold = A_BOLD;
static const attr_t sb_dim = A_DIM;
static const attr_t sb_reverse = A_REVERSE;
static const attr_t sb_underline = A_UNDERLINE;
static const attr_t sb_normal = A_NORMAL;

// Whether the terminal has the named capability. See terminfo(5).
static inline bool sb_has_string(const char *name) {
    const char *value = tigetstr(name);
    return value != NULL && value != (const char *)-1;
}

static inline int sb_function_key(int number) { return KEY_F(number); }

#endif
