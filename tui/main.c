/* SPDX-License-Identifier: MIT */
/* Options, then live, replay or export. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/conf.h"
#include "core/field.h"
#include "core/option.h"
#include "core/tracee.h"
#include "tui/lines.h"
#include "tui/live.h"
#include "tui/replay.h"
#include "tui/run.h"
#include "tui/say.h"
#include "tui/theme.h"
#include "tui/user.h"

static int on_setting(void *ctx, const char *section, const char *name,
		      const char *value, struct errmsg *err)
{
	if (section[0])
		return errmsg_set(err, -EINVAL, "no section [%s]", section);
	return option_set(ctx, name, value, err);
}

/* An option_configure. Only a file that was asked for must be there for us. */
static int configure(struct options *o, const char *config, struct errmsg *err)
{
	char path[PATH_MAX], *text;
	size_t len;

	if (!config) {
		if (user_config_path(path, sizeof(path), "config"))
			return 0;
		config = path;
	}
	int rc = user_read(config, CONF_MAX, &text, &len);
	if ((rc == -ENOENT || rc == -ENOTDIR || rc == -EACCES) &&
	    config == path)
		return 0;
	if (rc)
		return errmsg_set(err, rc, "cannot read %s: %s", config,
				  strerror(-rc));
	rc = conf_parse(config, text, len, on_setting, o, err);
	free(text);
	return rc;
}

/* --help and the lists. -1: none was asked for. */
static int print_lists(const struct options *o)
{
	if (o->help)
		option_help(lines_put, NULL);
	else if (o->version)
		puts("netexplore " NX_VERSION);
	else if (o->list_fields)
		field_list(lines_put, NULL);
	else if (o->list_events)
		tracee_list(lines_put, NULL);
	else
		return -1;
	if (lines_end() == 0)
		return RUN_GOOD;
	say_error("cannot write standard output");
	return RUN_OUTPUT;
}

/* A closed descriptor 0, 1 or 2 would be taken by the next open(). */
static void fill_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/*
 * Can a screen be shown: is there a terminal at the standard output? A job in
 * the background stops until it has the terminal, and while nothing has
 * begun, so that any signal ends it.
 */
static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return false;
	if (tcgetpgrp(fd) != getpgrp())
		raise(SIGTTOU);
	bool ours = tcgetpgrp(fd) == getpgrp();
	close(fd);
	return ours && isatty(STDOUT_FILENO);
}

static int no_terminal(void)
{
	say_error("there is no terminal for the screen");
	say_hint("  -o json prints events, one a line; -x FILE writes the "
		 "session document, -w FILE records (-: standard output)");
	return RUN_USAGE;
}

static int start(const struct options *o)
{
	struct errmsg err;
	bool to_stdout = o->write && strcmp(o->write, "-") == 0;
	bool screen = !o->output && !to_stdout;

	if (o->probe)
		return live_probe(o);
	/* A bad filter or theme is told before anything begins; the filter is
	 * read where it is used, which is also before the capture. */
	if (theme_check(o->theme, &err)) {
		say_error(err.text);
		return RUN_USAGE;
	}
	bool file = o->read || o->demo;
	if (file && (o->output || o->export || o->write))
		return replay_convert(o);
	if (screen && !has_terminal()) {
		if (!o->export && !o->write)
			return no_terminal();
		screen = false;
	}
	if (file)
		return replay_screen(o);
	return live_run(o, screen);
}

int main(int argc, char **argv)
{
	struct options o;
	struct errmsg err;

	fill_standard_descriptors();
	/* Only characters: numbers in JSON have a point in every language. */
	setlocale(LC_CTYPE, "");
	/* A reader that has gone, or a file that may not grow, is an error of
	 * write() like any other. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);

	int status = RUN_USAGE;
	if (option_parse_with(&o, argc, argv, configure, &err)) {
		say_error(err.text);
	} else {
		status = print_lists(&o);
		if (status < 0)
			status = start(&o);
	}
	option_release(&o);
	return status;
}
