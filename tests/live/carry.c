/* SPDX-License-Identifier: MIT */
/*
 * A connection that carries a program's output, as ssh, telnet and inetd do.
 *
 * carry serve HOW ADDRESS PORT PROGRAM...: takes one connection and starts the
 * program on it. HOW: "self", the connection is its input and output (inetd);
 * "terminal", what is on a terminal of its own goes over (ssh, telnet);
 * "pair" and "pipe", what is on a pair of sockets or on pipes does (ssh
 * without a terminal). What the program says beside it stays here.
 * carry look ADDRESS PORT: prints what comes, until the other end or its
 * standard input ends.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>

#include "tests/live/truth.h"

/* Bytes both ways, until one side has no more. */
static void pass(int in_a, int out_a, int in_b, int out_b)
{
	struct pollfd fds[2] = { { in_a, POLLIN, 0 }, { in_b, POLLIN, 0 } };
	const int to[2] = { out_b, out_a };
	char buf[65536];

	while (poll(fds, 2, -1) >= 0) {
		for (int i = 0; i < 2; i++) {
			if (!fds[i].revents)
				continue;
			ssize_t n = read(fds[i].fd, buf, sizeof(buf));
			if (n <= 0 || write(to[i], buf, (size_t)n) != n)
				return;
		}
	}
}

static int open_terminal(char name[64])
{
	struct winsize size = { .ws_row = 30, .ws_col = 100 };
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || grantpt(fd) || unlockpt(fd) || ptsname_r(fd, name, 64) ||
	    ioctl(fd, TIOCSWINSZ, &size))
		die("terminal");
	return fd;
}

/* The child's side: its descriptors, and on. */
static _Noreturn void start(int in, int out, const char *terminal, char **argv)
{
	if (terminal) {
		setsid();
		in = out = open(terminal, O_RDWR);
		if (in < 0 || ioctl(in, TIOCSCTTY, 0))
			die(terminal);
	}
	dup2(in, 0);
	dup2(out, 1);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	die(argv[0]);
}

static int serve(int fd, const char *how, char **argv)
{
	int in[2] = { fd, fd }, out[2] = { fd, fd }, status = 0;
	char name[64] = "";

	if (strcmp(how, "pair") == 0) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in))
			die("socketpair");
		out[0] = in[1];
		out[1] = in[0];
	} else if (strcmp(how, "pipe") == 0) {
		if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
			die("pipe");
	} else if (strcmp(how, "terminal") == 0) {
		out[0] = in[1] = open_terminal(name);
	}
	pid_t child = fork_child();
	if (child == 0)
		start(in[0], out[1], *name ? name : NULL, argv);
	if (strcmp(how, "self") == 0) {
		close(fd);
	} else {
		if (!*name) {
			close(in[0]);
			if (out[1] != in[0])
				close(out[1]);
		}
		pass(fd, fd, out[0], in[1]);
		close(in[1]);
		if (out[0] != in[1])
			close(out[0]);
		close(fd);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	int on = 1;

	alarm(TRUTH_LIFE_S);
	signal(SIGPIPE, SIG_IGN);
	if (argc == 4 && strcmp(argv[1], "look") == 0) {
		union endpoint there = endpoint_parse(argv[2],
			(uint16_t)number(argv[3], 65535));
		int fd = socket(there.any.sa_family, SOCK_STREAM, 0);

		if (fd < 0 || connect(fd, &there.any, endpoint_size(&there)))
			die("connect");
		truth_line("looker", "tcp", &there, &there, 0);
		pass(0, 1, fd, fd);
		return 0;
	}
	if (argc < 6 || strcmp(argv[1], "serve") != 0) {
		dprintf(2, "carry serve HOW ADDRESS PORT PROGRAM... | "
			   "look ADDRESS PORT\n");
		return 2;
	}
	union endpoint here = endpoint_parse(argv[3],
		(uint16_t)number(argv[4], 65535));
	int listener = socket(here.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC,
			      0);
	if (listener < 0 ||
	    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(listener, &here.any, endpoint_size(&here)) ||
	    listen(listener, 1))
		die("listen");
	truth_socket("listener", "tcp", listener, 0);
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		die("accept");
	close(listener);
	return serve(fd, argv[2], argv + 5);
}
