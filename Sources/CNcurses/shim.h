// What Swift cannot import from <ncurses.h>: macros and mutable globals, each under a name of its own.
#ifndef SIGNALBOX_CNCURSES_H
#define SIGNALBOX_CNCURSES_H

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <wchar.h>
#include <ncurses.h>

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

#endif
