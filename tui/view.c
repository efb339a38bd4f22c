/* SPDX-License-Identifier: MIT */
#include "tui/view.h"

#include <errno.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/cell.h"
#include "tui/export.h"
#include "tui/screen.h"
#include "tui/source.h"
#include "tui/term.h"
#include "tui/theme.h"

#define KEYS_AT_ONCE 64 /* then the rings have their turn */
#define EMPTY_READS 100 /* so often readable without a key: the end of it */

struct view {
	struct run *run;
	struct loop *loop;
	struct term *term;
	struct screen *screen;
	struct screen_host host;
	struct loop_watch *watch;
	struct export *export; /* under way; or NULL */
	int empty_reads;
	bool dirty; /* must be drawn, whatever the screen thinks */
	bool gone;
	bool away; /* the terminal is not ours at present: neither read nor drawn */
	bool stopped; /* by ourselves: the SIGCONT that comes is known */
};

static void mark_dirty(struct view *v)
{
	v->dirty = true;
	loop_redraw(v->loop);
}

static void end_gone(struct view *v)
{
	v->gone = true;
	loop_watch_events(v->watch, 0);
	loop_stop(v->loop);
}

/* Only what can be served is asked for: a terminal can nearly always be written. */
static void watch_events(struct view *v)
{
	loop_watch_events(v->watch,
			  LOOP_READ | LOOP_HANGUP |
				  (term_pending(v->term) ? LOOP_WRITE : 0));
}

static void read_keys(struct view *v)
{
	int n = 0, key;

	while (n < KEYS_AT_ONCE && (key = term_key(v->term)) != ERR) {
		n++;
		if (screen_key(v->screen, key))
			mark_dirty(v);
		if (screen_quits(v->screen)) {
			loop_stop(v->loop);
			return;
		}
	}
	v->empty_reads = n ? 0 : v->empty_reads + 1;
	if (v->empty_reads >= EMPTY_READS ||
	    (n == 0 && term_gone(v->term)))
		end_gone(v);
}

/* The terminal is ours again, perhaps: begin with a whole picture. */
static void come_back(struct view *v)
{
	if (term_gone(v->term)) {
		end_gone(v);
		return;
	}
	if (!term_foreground(v->term))
		return; /* we run on without a screen (bg) */
	term_suspend(v->term);
	term_resume(v->term);
	v->away = false;
	watch_events(v);
	mark_dirty(v);
}

static void go_away(struct view *v)
{
	v->away = true;
	loop_watch_events(v->watch, 0);
}

static void on_terminal(void *ctx, int events)
{
	struct view *v = ctx;

	if (events & LOOP_WRITE && term_flush(v->term)) {
		end_gone(v);
		return;
	}
	if (events & LOOP_READ)
		read_keys(v);
	else if (events & LOOP_HANGUP && term_gone(v->term))
		end_gone(v);
	if (v->gone)
		return;
	watch_events(v);
}

/* The model's present: a file has its own. */
static uint64_t now_ns(const struct view *v)
{
	return v->run->live ? run_boot_ns() : v->run->model.now_ns;
}

void view_frame(struct view *v)
{
	uint64_t now = now_ns(v);

	if (v->away)
		come_back(v);
	if (v->gone || v->away || (!v->dirty && !screen_stale(v->screen, now)))
		return;
	if (!term_ready(v->term)) {
		loop_redraw(v->loop); /* ask again */
		return;
	}
	screen_draw(v->screen, now);
	v->dirty = false;
	term_show(v->term);
	watch_events(v);
}

/* A screen_host's export. */
static int begin_export(void *ctx, const char *path, const char *filter,
			struct errmsg *err)
{
	struct view *v = ctx;
	struct session_head head = run_head(v->run);

	if (v->export)
		return errmsg_set(err, -EBUSY, "still writing %s",
				  export_path(v->export));
	if (strcmp(path, "-") == 0)
		return errmsg_set(err, -EINVAL, "a file's name is wanted here");
	int rc = v->run->input ? source_spares(v->run->input, path, err) : 0;
	if (rc == 0)
		rc = export_begin(&v->export, path, filter, &v->run->model, &head,
			      err);
	if (rc == 0)
		loop_work(v->loop);
	return rc;
}

bool view_work(struct view *v)
{
	struct errmsg err;

	if (!v->export)
		return false;
	int rc = export_step(v->export, &err);
	if (rc > 0)
		return true;
	if (rc == 0) {
		char size[16];
		text_size(size, sizeof(size), export_bytes(v->export));
		errmsg_set(&err, 0, "wrote %s (%s)", export_path(v->export),
			   size);
	}
	view_message(v, rc < 0, err.text);
	export_free(v->export);
	v->export = NULL;
	return false;
}

void view_message(struct view *v, bool bad, const char *text)
{
	screen_message(v->screen, bad, text);
	mark_dirty(v);
}

/* Stop like any program in a terminal. */
static void stop(struct view *v)
{
	go_away(v);
	term_suspend(v->term);
	v->stopped = true;
	raise(SIGSTOP);
	come_back(v);
}

void view_signal(struct view *v, int signo)
{
	switch (signo) {
	case SIGWINCH:
		if (term_resize(v->term))
			mark_dirty(v);
		break;
	case SIGTSTP:
		stop(v);
		break;
	case SIGCONT:
		/* Stopped by somebody else: the shell had the terminal. */
		if (!v->stopped) {
			go_away(v);
			come_back(v);
		}
		v->stopped = false;
		break;
	}
}

bool view_gone(const struct view *v)
{
	return v->gone;
}

int view_open(struct view **out, struct run *r, struct loop *l,
	      const char *mode, const char *const *missing, struct errmsg *err)
{
	struct view *v = calloc(1, sizeof(*v));
	const char *filter = r->options->filter;
	int status = RUN_INPUT;

	if (!v) {
		errmsg_set(err, -ENOMEM, "out of memory");
		return status;
	}
	v->run = r;
	v->loop = l;
	v->host = (struct screen_host){
		.ctx = v,
		.export = begin_export,
		.host = r->host,
		.mode = mode,
		.missing = missing ? missing[0] : NULL,
		.missing_list = missing,
	};
	cell_show_names(!r->options->no_names);
	v->screen = screen_new(&r->model, &v->host);
	if (!v->screen) {
		errmsg_set(err, -ENOMEM, "out of memory");
	} else if (term_open(&v->term, err) ||
		   theme_load(r->options->theme, err) ||
		   (filter && screen_set_filter(v->screen, filter, err))) {
		status = RUN_USAGE;
	} else {
		v->watch = loop_watch(l, term_fd(v->term), on_terminal, v, err);
		if (v->watch) {
			watch_events(v);
			mark_dirty(v);
			*out = v;
			return 0;
		}
	}
	view_close(v);
	return status;
}

void view_close(struct view *v)
{
	if (!v)
		return;
	if (v->watch)
		loop_watch_events(v->watch, 0);
	term_close(v->term);
	screen_free(v->screen);
	export_free(v->export);
	free(v);
}
