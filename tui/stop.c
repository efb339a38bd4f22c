/* SPDX-License-Identifier: MIT */
#include "tui/stop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0 };

static int fd = -1;
static sigset_t old;

bool stop_ignored(int signo)
{
	struct sigaction action;

	if (signo == SIGINT || signo == SIGQUIT || signo == SIGTERM)
		return false;
	return sigaction(signo, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

int stop_begin(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; stop_signals[i]; i++)
		if (!stop_ignored(stop_signals[i]))
			sigaddset(&set, stop_signals[i]);
	if (sigprocmask(SIG_BLOCK, &set, &old))
		return -errno;
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : 0;
}

void stop_end(void)
{
	if (fd < 0)
		return;
	close(fd);
	fd = -1;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

int stop_fd(void)
{
	return fd;
}

int stop_signal(void)
{
	struct signalfd_siginfo info;

	if (fd < 0 || read(fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
