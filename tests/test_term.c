/* SPDX-License-Identifier: MIT */
/* Each claim runs in a child of its own with a pseudo-terminal as its terminal. */
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <ncurses.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define DEADLINE_MS 20000
#define BYTES_MAX (8 << 20)

/* What ncurses allocates for good is no leak of ours. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* A child's way to say what is wrong; the text comes out on its terminal. */
#define WANT(claim)                                                     \
	do {                                                            \
		if (!(claim)) {                                         \
			dprintf(2, "line %d: %s\n", __LINE__, #claim);  \
			_exit(99);                                      \
		}                                                       \
	} while (0)

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct term *open_term(void)
{
	struct term *t = NULL;
	struct errmsg err = { 0 };

	if (term_open(&t, &err)) {
		dprintf(2, "%s\n", err.text);
		_exit(98);
	}
	return t;
}

static void show(struct term *t, const char *text)
{
	erase();
	mvaddstr(1, 1, text);
	wnoutrefresh(stdscr);
	term_show(t);
}

/* pipes of the child to and from the parent: "now it is your turn" */
static int to_parent[2], to_child[2];

static void tell(int fd)
{
	if (write(fd, "x", 1) != 1)
		abort();
}

static bool told(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&p, 1, ms) == 1 && read(fd, &c, 1) == 1;
}

static int next_key(struct term *t)
{
	int64_t end = now_ms() + DEADLINE_MS;
	int key;

	while ((key = term_key(t)) == ERR && now_ms() < end) {
		struct pollfd p = { .fd = term_fd(t), .events = POLLIN };
		poll(&p, 1, 100);
	}
	return key;
}

static void child_close(void)
{
	int flags = fcntl(0, F_GETFL);
	struct term *t = open_term();

	show(t, "hello");
	WANT(fcntl(0, F_GETFL) == flags && fcntl(1, F_GETFL) == flags);
	term_close(t);
	term_close(NULL);
	WANT(fcntl(0, F_GETFL) == flags);
	_exit(0);
}

static void child_exit(void)
{
	show(open_term(), "hello");
	exit(0);
}

static void child_segv(void)
{
	show(open_term(), "hello");
	raise(SIGSEGV);
}

static void child_abort(void)
{
	show(open_term(), "hello");
	abort();
}

/* Twice: a terminal given back can be taken again. */
static void child_again(void)
{
	struct term *t = open_term();

	show(t, "first");
	term_close(t);
	t = open_term();
	show(t, "hello");
	term_close(t);
	_exit(0);
}

static void child_keys(void)
{
	struct term *t = open_term();

	show(t, "hello");
	tell(to_parent[1]);
	WANT(next_key(t) == KEY_UP);
	WANT(next_key(t) == 'q');
	WANT(next_key(t) == 0xc3);
	WANT(next_key(t) == 0xa9);
	WANT(next_key(t) == '\r');
	WANT(next_key(t) == 033); /* alone, after a moment */
	WANT(term_key(t) == ERR);
	term_close(t);
	_exit(0);
}

static void child_resize(void)
{
	struct term *t = open_term();

	WANT(LINES == 24 && COLS == 80);
	WANT(!term_resize(t));
	tell(to_parent[1]);
	WANT(told(to_child[0], DEADLINE_MS));
	WANT(term_resize(t));
	WANT(LINES == 10 && COLS == 40 && getmaxx(stdscr) == 40);
	WANT(!term_resize(t));
	WANT(term_key(t) == ERR); /* no key is invented */
	show(t, "hello");
	term_close(t);
	_exit(0);
}

/* Draw until the terminal has taken nothing for a while. */
static void fill(struct term *t)
{
	int64_t begun = now_ms(), moved = begun;

	for (int frame = 0; now_ms() - moved < 300; ) {
		WANT(now_ms() - begun < DEADLINE_MS);
		if (term_ready(t)) {
			/* Every cell changes with every frame. */
			for (int y = 0; y < LINES; y++)
				for (int x = 0; x < COLS; x++)
					mvaddch(y, x, (chtype)('a' + (x + y + frame) % 26));
			wnoutrefresh(stdscr);
			term_show(t);
			frame++;
			moved = now_ms();
		} else {
			WANT(term_flush(t) == 0);
		}
		poll(NULL, 0, 1); /* what waits for ever comes to the deadline */
	}
	WANT(!term_ready(t));
}

/* The parent does not read: nothing may wait for it, and nothing is lost. */
static void child_stalled(void)
{
	struct term *t = open_term();

	fill(t);
	tell(to_parent[1]); /* now it reads */
	int64_t end = now_ms() + DEADLINE_MS;
	while (!term_ready(t) && now_ms() < end) {
		struct pollfd p = { .fd = term_fd(t), .events = POLLOUT };
		poll(&p, 1, 100);
		WANT(term_flush(t) == 0);
	}
	WANT(term_ready(t) && !term_pending(t));
	show(t, "hello");
	term_close(t);
	_exit(0);
}

/* And it does not read at the end either: the program ends all the same. */
static void child_stalled_end(void)
{
	struct term *t = open_term();

	fill(t);
	term_close(t);
	_exit(0);
}

static void child_gone(void)
{
	struct term *t = open_term();

	signal(SIGHUP, SIG_IGN);
	show(t, "hello");
	WANT(!term_gone(t));
	tell(to_parent[1]);
	int64_t end = now_ms() + DEADLINE_MS;
	while (!term_gone(t) && now_ms() < end)
		poll(NULL, 0, 10);
	bool gone = term_gone(t);
	int key = term_key(t);
	term_close(t);
	_exit(!gone ? 97 : key != ERR ? 98 : 0);
}

static void child_suspend(void)
{
	struct term *t = open_term();
	struct termios modes;

	show(t, "hello");
	term_suspend(t);
	term_suspend(t);
	WANT(tcgetattr(0, &modes) == 0 && (modes.c_lflag & ICANON) &&
	     (modes.c_lflag & ECHO));
	WANT(!term_ready(t) && !term_pending(t));
	term_resume(t);
	term_resume(t);
	WANT(tcgetattr(0, &modes) == 0 && !(modes.c_lflag & ICANON));
	WANT(term_foreground(t));
	show(t, "again");
	term_close(t);
	_exit(0);
}

static void refuse(const char *type, const char *want)
{
	struct errmsg err = { 0 };
	struct term *t = NULL;

	if (type)
		setenv("TERM", type, 1);
	else
		unsetenv("TERM");
	WANT(term_open(&t, &err) < 0);
	if (!strstr(err.text, want)) {
		dprintf(2, "got: %s\n", err.text);
		_exit(96);
	}
}

static void child_types(void)
{
	refuse(NULL, "TERM is not set");
	refuse("", "TERM is not set");
	refuse("dumb", "the terminal \"dumb\" (TERM) cannot place a cursor");
	refuse("no-such-terminal", "the terminal \"no-such-terminal\" (TERM) is not known");
	refuse("\033]0;x\007", "\"\\027]0;x\\007\"");
	setenv("TERM", "vt100", 1);
	struct term *t = open_term();
	show(t, "hello");
	term_close(t);
	_exit(0);
}

static void child_no_tty(void)
{
	struct errmsg err = { 0 };
	struct term *t = NULL;

	signal(SIGHUP, SIG_IGN);
	ioctl(0, TIOCNOTTY);
	WANT(term_open(&t, &err) < 0 && strstr(err.text, "no terminal"));
	_exit(0);
}

enum what { READS = 0, STALLS = 1, STALLS_ALWAYS = 2, CLOSES = 4, RESIZES = 8, TYPES = 16 };

static const struct claim {
	const char *label;
	void (*child)(void);
	int what; /* that the parent does */
	int signo; /* that ends the child; 0: exit 0 */
	const char *first, *last; /* bytes that come, in this order; NULL: none */
} claims[] = {
	{ "close", child_close, READS, 0, "\033[?1049h", "\033[?1049l" },
	{ "text comes through", child_close, READS, 0, "hello", "\033[?1049l" },
	{ "cursor is back", child_close, READS, 0, "\033[?25l", "\033[?12l\033[?25h" },
	{ "mouse is off", child_close, READS, 0, "\033[?1006;1000h", "\033[?1006;1000l" },
	{ "exit without close", child_exit, READS, 0, "hello", "\033[?1049l" },
	{ "segmentation fault", child_segv, READS, SIGSEGV, "hello", "\033[?1049l" },
	{ "abort", child_abort, READS, SIGABRT, "hello", "\033[?1049l" },
	{ "a second time", child_again, READS, 0, "\033[?1049l", "hello" },
	{ "keys", child_keys, TYPES, 0, "hello", "\033[?1049l" },
	{ "resize", child_resize, RESIZES, 0, "hello", "\033[?1049l" },
	{ "not read for a while", child_stalled, STALLS, 0, "hello", "\033[?1049l" },
	{ "not read at the end", child_stalled_end, STALLS_ALWAYS, 0, NULL, NULL },
	{ "closed", child_gone, CLOSES, 0, NULL, NULL },
	{ "stop and go on", child_suspend, READS, 0, "\033[?1049l", "again" },
	{ "kinds of terminals", child_types, READS, 0, "hello", NULL },
	{ "no terminal", child_no_tty, READS, 0, NULL, NULL },
};

static char *bytes; /* what came out of the terminal */
static size_t bytes_len;

static pid_t start_child(const struct claim *c, int master, int slave)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	close(master);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(slave, fd);
	setenv("TERM", "xterm-256color", 1);
	/* cmocka's handlers are not what a program has. */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	c->child();
	_exit(95);
}

static void do_part(const struct claim *c, int master)
{
	struct winsize small = { .ws_row = 10, .ws_col = 40 };

	if (c->what & TYPES)
		assert_int_equal(write(master, "\033OAq\xc3\xa9\r\033", 8), 8);
	if (c->what & RESIZES) {
		ioctl(master, TIOCSWINSZ, &small);
		tell(to_child[1]);
	}
}

/* Read the terminal until the child is over. Returns its status. */
static int watch_child(const struct claim *c, pid_t pid, int *master)
{
	int64_t end = now_ms() + DEADLINE_MS + 2000;
	bool waits = c->what & (TYPES | RESIZES | CLOSES | STALLS);
	bool reads = !(c->what & (STALLS | STALLS_ALWAYS));
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		assert_true(now_ms() < end);
		if (waits && told(to_parent[0], 0)) {
			waits = false;
			do_part(c, *master);
			reads = true;
			if (c->what & CLOSES) {
				close(*master);
				*master = -1;
			}
		}
		struct pollfd p = { .fd = reads ? *master : -1, .events = POLLIN };
		poll(&p, 1, 10);
		ssize_t n = p.revents & POLLIN ?
				    read(*master, bytes + bytes_len, BYTES_MAX - bytes_len - 1) : 0;
		bytes_len += n > 0 ? (size_t)n : 0;
	}
	/* What is still on its way. */
	ssize_t n;
	while (*master >= 0 && bytes_len < BYTES_MAX - 1 &&
	       (n = read(*master, bytes + bytes_len, BYTES_MAX - bytes_len - 1)) > 0)
		bytes_len += (size_t)n;
	return status;
}

static const char *find(const char *from, const char *text)
{
	return text ? memmem(from, bytes_len - (size_t)(from - bytes), text,
			     strlen(text)) : from;
}

static bool run_claim(const struct claim *c)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct termios before = { 0 }, after = { 0 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	ioctl(master, TIOCSWINSZ, &size);
	tcgetattr(slave, &before);
	assert_int_equal(pipe2(to_parent, O_CLOEXEC), 0);
	assert_int_equal(pipe2(to_child, O_CLOEXEC), 0);

	bytes_len = 0;
	pid_t pid = start_child(c, master, slave);
	int status = watch_child(c, pid, &master);
	bool same = tcgetattr(slave, &after) != 0 ||
		    memcmp(&before, &after, sizeof(before)) == 0;
	bytes[bytes_len] = '\0';
	const char *first = find(bytes, c->first);
	const char *last = first ? find(first, c->last) : NULL;
	bool ended = c->signo ? WIFSIGNALED(status) && WTERMSIG(status) == c->signo :
				WIFEXITED(status) && WEXITSTATUS(status) == 0;
	bool good = same && ended && first && last;
	if (!good)
		print_error("%s: modes %s, status %#x, text %s; the end: %s\n",
			    c->label, same ? "same" : "changed", (unsigned)status,
			    first ? last ? "came" : "did not end" : "did not come",
			    bytes_len > 300 ? bytes + bytes_len - 300 : bytes);
	close(slave);
	if (master >= 0)
		close(master);
	for (int i = 0; i < 2; i++) {
		close(to_parent[i]);
		close(to_child[i]);
	}
	return good;
}

static void test_term(void **state)
{
	(void)state;
	int failed = 0;

	bytes = malloc(BYTES_MAX);
	assert_non_null(bytes);
	for (size_t i = 0; i < N(claims); i++)
		failed += !run_claim(&claims[i]);
	free(bytes);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_term),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
