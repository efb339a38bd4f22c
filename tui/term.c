/* SPDX-License-Identifier: MIT */
/*
 *   ncurses --write()--> memory file --pread()--> terminal (non-blocking)
 *   ncurses <--read()--- terminal
 *
 * ncurses starts on a descriptor of the terminal, so that it reads and sets
 * the modes as always; then dup2() puts the memory file in that descriptor's
 * place, and what it draws never waits for the terminal.
 */
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tui/terminfo.h"

#define ESCAPE_MS 25 /* a lone Escape is a key after so long */
#define CLOSE_MS 500 /* patience for the last bytes to a terminal that is stuck */
#define RESTORE_MAX 512

struct term {
	int fd; /* the terminal, our own description, non-blocking */
	int memory; /* what ncurses wrote and the terminal has not got */
	off_t sent; /* bytes of it that left */
	FILE *in, *out;
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading a key from one draws nothing */
	bool active; /* the terminal is in our modes */
};

/*
 * What brings the terminal back, prepared so that a signal handler can use it.
 * One terminal at a time; fd is -1 when there is nothing to bring back.
 */
static struct {
	volatile sig_atomic_t fd;
	struct termios modes; /* as we found them */
	char text[RESTORE_MAX];
	size_t len;
} restore = { .fd = -1 };

static const int fatal[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
#define FATALS (sizeof(fatal) / sizeof(fatal[0]))
static struct sigaction before[FATALS];
static char signal_stack[64 * 1024]; /* a stack overflow is fatal too */

/* Nothing here but system calls: signal handlers come this way. */
static void restore_now(void)
{
	int fd = restore.fd;
	sigset_t block, old;

	if (fd < 0)
		return;
	restore.fd = -1;
	/* In the background, both calls would stop us instead. */
	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	sigprocmask(SIG_BLOCK, &block, &old);
	/* What is still queued is an old picture, and may be in the way. */
	if (write(fd, restore.text, restore.len) != (ssize_t)restore.len) {
		ioctl(fd, TCFLSH, TCOFLUSH);
		if (write(fd, restore.text, restore.len) < 0)
			(void)0; /* it takes nothing: the modes are left */
	}
	tcsetattr(fd, TCSANOW, &restore.modes);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void on_fatal(int signo)
{
	int saved = errno;

	restore_now();
	for (size_t i = 0; i < FATALS; i++)
		if (fatal[i] == signo)
			sigaction(signo, &before[i], NULL);
	errno = saved;
	/* Delivered once this handler returns, to what was there before. */
	raise(signo);
}

static void watch_fatal(void)
{
	static bool watching;
	stack_t stack = { .ss_sp = signal_stack,
			  .ss_size = sizeof(signal_stack) };
	struct sigaction action = { .sa_handler = on_fatal,
				    .sa_flags = SA_ONSTACK };

	if (watching)
		return;
	watching = true;
	sigaltstack(&stack, NULL);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < FATALS; i++)
		sigaction(fatal[i], &action, &before[i]);
	atexit(restore_now);
}

/*
 * newterm(), without the signal handlers that ncurses would install. While
 * the signals are ignored they are blocked too, so that none is lost.
 */
static SCREEN *start_ncurses(FILE *out, FILE *in)
{
	static const int taken[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old[4];
	sigset_t set, mask;

	sigemptyset(&set);
	for (size_t i = 0; i < 4; i++)
		sigaddset(&set, taken[i]);
	sigprocmask(SIG_BLOCK, &set, &mask);
	for (size_t i = 0; i < 4; i++)
		sigaction(taken[i], &ignore, &old[i]);
	SCREEN *screen = newterm(NULL, out, in);
	for (size_t i = 0; i < 4; i++)
		sigaction(taken[i], &old[i], NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return screen;
}

/*
 * Only where the terminal itself sends the mouse: on the Linux console
 * ncurses would load libgpm, which installs signal handlers.
 */
static void take_mouse(void)
{
	if (!terminfo_mouse())
		return;
	mousemask(0, NULL);
	mousemask(ALL_MOUSE_EVENTS, NULL);
	mouseinterval(0);
}

static int open_files(struct term *t, struct errmsg *err)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

	t->fd = open("/dev/tty", flags);
	if (t->fd < 0)
		return errmsg_set(err, -errno,
				  "no terminal (/dev/tty: %s); -o json prints "
				  "events, -x FILE writes a document",
				  strerror(errno));
	if (tcgetattr(t->fd, &restore.modes))
		return errmsg_set(err, -errno, "/dev/tty: %s", strerror(errno));
	int rc = terminfo_check(t->fd, err);
	if (rc)
		return rc;
	t->memory = memfd_create("netexplore screen", MFD_CLOEXEC);
	int out = open("/dev/tty", flags), in = dup(t->fd);
	t->out = out >= 0 ? fdopen(out, "w") : NULL;
	t->in = in >= 0 ? fdopen(in, "r") : NULL;
	if (t->memory < 0 || !t->out || !t->in) {
		rc = errmsg_set(err, -errno, "cannot open the terminal: %s",
				strerror(errno));
		if (!t->out && out >= 0)
			close(out);
		if (!t->in && in >= 0)
			close(in);
		return rc;
	}
	/* dup() and dup2() do not hand this on. */
	fcntl(fileno(t->in), F_SETFD, FD_CLOEXEC);
	return 0;
}

/* Our modes: keys at once and unechoed; Ctrl-C and Ctrl-Z stay signals. */
static void set_modes(struct term *t)
{
	struct termios modes = restore.modes;

	modes.c_lflag &= (tcflag_t)~(ICANON | ECHO | ECHONL | IEXTEN);
	modes.c_lflag |= ISIG;
	modes.c_iflag &= (tcflag_t)~(ICRNL | INLCR | IGNCR | ISTRIP);
	modes.c_oflag &= (tcflag_t)~OPOST;
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	restore.fd = t->fd;
	t->active = true;
	tcsetattr(t->fd, TCSANOW, &modes);
}

int term_open(struct term **out, struct errmsg *err)
{
	struct term *t = calloc(1, sizeof(*t));

	if (!t)
		return errmsg_set(err, -ENOMEM, "out of memory");
	t->fd = t->memory = -1;
	int rc = open_files(t, err);
	if (rc)
		goto fail;
	/* From here on there is something to bring back. */
	restore.len = 0;
	restore.fd = t->fd;
	t->active = true;
	t->screen = start_ncurses(t->out, t->in);
	if (!t->screen) {
		rc = errmsg_set(err, -ENOTTY,
				"ncurses cannot use this terminal (TERM=%s)",
				getenv("TERM"));
		goto fail;
	}
	restore.len = terminfo_restore(restore.text, sizeof(restore.text));
	watch_fatal();
	cbreak();
	noecho();
	nonl();
	set_escdelay(ESCAPE_MS);
	if (dup3(t->memory, fileno(t->out), O_CLOEXEC) < 0) {
		rc = errmsg_set(err, -errno, "cannot set up the screen: %s",
				strerror(errno));
		goto fail;
	}
	set_modes(t);
	t->keys = newpad(1, 1);
	if (!t->keys) {
		rc = errmsg_set(err, -ENOMEM, "out of memory");
		goto fail;
	}
	keypad(t->keys, TRUE);
	nodelay(t->keys, TRUE);
	take_mouse();
	curs_set(0);
	term_resize(t);
	*out = t;
	return 0;
fail:
	term_close(t);
	return rc;
}

/* Send the restoring text with some patience; a cut picture is dropped. */
static void leave(struct term *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLOUT };

	if (!t->active)
		return;
	t->active = false;
	poll(&p, 1, CLOSE_MS);
	restore_now();
}

void term_close(struct term *t)
{
	if (!t)
		return;
	leave(t);
	if (t->keys)
		delwin(t->keys);
	if (t->screen) {
		endwin(); /* into the memory file: nobody sees it */
		delscreen(t->screen);
	}
	if (t->out)
		fclose(t->out);
	if (t->in)
		fclose(t->in);
	if (t->memory >= 0)
		close(t->memory);
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

int term_fd(const struct term *t)
{
	return t->fd;
}

int term_key(struct term *t)
{
	return wgetch(t->keys);
}

static off_t waiting(const struct term *t)
{
	off_t size = lseek(t->memory, 0, SEEK_END);

	return size > t->sent ? size - t->sent : 0;
}

bool term_pending(const struct term *t)
{
	return t->active && waiting(t) > 0;
}

int term_flush(struct term *t)
{
	char buf[16384];
	ssize_t n, written;

	if (!t->active)
		return 0;
	while ((n = pread(t->memory, buf, sizeof(buf), t->sent)) > 0) {
		written = write(t->fd, buf, (size_t)n);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno == EAGAIN ? 0 : -errno;
		t->sent += written;
		if (written < n)
			return 0;
	}
	if (n < 0)
		return -errno;
	if (t->sent > 0 && ftruncate(t->memory, 0) == 0) {
		lseek(t->memory, 0, SEEK_SET);
		t->sent = 0;
	}
	return 0;
}

bool term_ready(struct term *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLOUT };
	int queued = 0;

	if (!t->active || waiting(t) > 0)
		return false;
	if (ioctl(t->fd, TIOCOUTQ, &queued) == 0 && queued > 0)
		return false;
	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

void term_show(struct term *t)
{
	doupdate();
	term_flush(t);
}

bool term_resize(struct term *t)
{
	struct winsize size;

	if (ioctl(t->fd, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col ||
	    !is_term_resized(size.ws_row, size.ws_col))
		return false;
	/* Not resizeterm(), which would invent a key. */
	resize_term(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
	return true;
}

bool term_gone(struct term *t)
{
	struct pollfd p = { .fd = t->fd };

	return poll(&p, 1, 0) == 1 &&
	       (p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

bool term_foreground(const struct term *t)
{
	return tcgetpgrp(t->fd) == getpgrp();
}

void term_suspend(struct term *t)
{
	/* What of the picture is left must not come out behind the shell's. */
	if (t->active) {
		endwin();
		leave(t);
	}
}

void term_resume(struct term *t)
{
	if (t->active)
		return;
	/* The user may have changed the modes meanwhile: those are his now. */
	tcgetattr(t->fd, &restore.modes);
	if (ftruncate(t->memory, 0) == 0)
		lseek(t->memory, 0, SEEK_SET);
	t->sent = 0;
	set_modes(t);
	take_mouse();
	clearok(curscr, TRUE);
	refresh();
	term_resize(t);
	term_flush(t);
}
