/* SPDX-License-Identifier: MIT */
/*
 *  netexplore  fujitsu  live 00:12:04  1,204 ev/s  lost 0  unknown 0  ▂▃▅▇▅▃▂▁  in 1.2M/s out 340k/s
 */
#include "tui/status.h"

#include <stdio.h>
#include <string.h>

#include "core/loss.h"
#include "core/text.h"
#include "tui/draw.h"

#define SECOND UINT64_C(1000000000)
#define GAP 2 /* cells between two items */
#define SPARK_CELLS 8

/* In the order of the line. */
enum item_name {
	ITEM_NAME, ITEM_HOST, ITEM_MODE, ITEM_HELD, ITEM_EVENTS, ITEM_LOST,
	ITEM_UNKNOWN, ITEM_EVICTED, ITEM_PARTS, ITEM_LACKS, ITEM_HIDDEN, ITEM_SPARK,
	ITEM_RATES, ITEMS
};

/* Who gets room first. */
static const enum item_name by_importance[ITEMS] = {
	ITEM_LOST, ITEM_HELD, ITEM_MODE, ITEM_EVENTS, ITEM_UNKNOWN, ITEM_NAME,
	ITEM_EVICTED, ITEM_PARTS, ITEM_LACKS, ITEM_HIDDEN, ITEM_HOST, ITEM_SPARK,
	ITEM_RATES
};

struct item {
	char text[96]; /* "": not there */
	enum role role;
	int width;
	bool shown;
};

static struct status_sample take(const struct model *m)
{
	const struct model_counters *c = &m->counters;

	/* The carrying connection's own are counted apart: else an idle screen
	 * would show the traffic that drawing it makes. */
	return (struct status_sample){
		.events = c->events - c->session_packets - c->hidden_records,
		.packets = c->packets - c->session_packets,
		.bytes_in = c->bytes_in -
			    (c->session_bytes - c->session_bytes_out),
		.bytes_out = c->bytes_out - c->session_bytes_out,
	};
}

/*
 * Packets of a file bring its own time, also those of a recording of ours,
 * whose model is `live` too.
 */
static bool from_file(const struct model *m)
{
	return m->wall_offset_ns == 0;
}

void status_update(struct status *s, const struct model *m, uint64_t now_ns)
{
	struct status_sample now = take(m);

	if (!s->begun) {
		s->begun = true;
		s->begin_ns = s->sampled_ns = now_ns;
		s->last = !from_file(m) ? now : (struct status_sample){ 0 };
		if (from_file(m) && m->first_ns)
			s->begin_ns = s->sampled_ns = m->first_ns;
	}
	if (now_ns < s->sampled_ns + SECOND)
		return;

	/* Without frames for a while, all seconds since are alike. */
	uint64_t ns = now_ns - s->sampled_ns;
	double per_second = (double)SECOND / (double)ns;
	s->rate = (struct status_sample){
		.events = (uint64_t)((double)(now.events - s->last.events) *
				     per_second + 0.5),
		.packets = (uint64_t)((double)(now.packets - s->last.packets) *
				      per_second + 0.5),
		.bytes_in = (uint64_t)((double)(now.bytes_in -
						s->last.bytes_in) *
				       per_second + 0.5),
		.bytes_out = (uint64_t)((double)(now.bytes_out -
						 s->last.bytes_out) *
					per_second + 0.5),
	};
	uint64_t whole = ns / SECOND;
	for (uint64_t i = 0; i < whole && i < STATUS_SECONDS; i++)
		s->packets[s->seconds++ % STATUS_SECONDS] = s->rate.packets;
	s->last = now;
	s->sampled_ns = now_ns;
}

uint64_t status_elapsed(const struct status *s, const struct model *m,
			uint64_t now_ns)
{
	uint64_t begin = from_file(m) ? m->first_ns : s->begin_ns;

	return s->begun && begin && now_ns > begin ?
	       (now_ns - begin) / SECOND : 0;
}

/* "1,234,567": exact, so that it can be compared. */
static void with_commas(char *text, size_t size, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu",
			   (unsigned long long)n);
	size_t at = 0;

	for (int i = 0; i < len && at + 2 < size; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
}

static void set_count(struct item *item, const char *label, uint64_t n,
		      enum role role)
{
	char number[32];

	with_commas(number, sizeof(number), n);
	snprintf(item->text, sizeof(item->text), "%s %s", label, number);
	item->role = role;
}

static void set_numbers(struct item *item, const struct status *s,
			const struct model *m)
{
	uint64_t lost = model_lost(m), evicted = model_evicted(m);
	uint64_t unknown = m->counters.unknown;
	uint64_t parts = loss_sum(m, LOSS_PART);
	char number[32], out[16];

	set_count(&item[ITEM_LOST], "lost", lost, lost ? ROLE_LOST : ROLE_STATUS);
	set_count(&item[ITEM_UNKNOWN], "unknown", unknown,
		  unknown ? ROLE_WARN : ROLE_STATUS);
	if (evicted)
		set_count(&item[ITEM_EVICTED], "evicted", evicted, ROLE_WARN);
	if (parts)
		set_count(&item[ITEM_PARTS], "incomplete", parts, ROLE_WARN);
	if (m->mine.hides)
		set_count(&item[ITEM_HIDDEN], "hidden", m->counters.hidden,
			  ROLE_STATUS);

	with_commas(number, sizeof(number), s->rate.events);
	snprintf(item[ITEM_EVENTS].text, sizeof(item->text), "%s ev/s", number);
	text_count(number, sizeof(number), s->rate.bytes_in);
	text_count(out, sizeof(out), s->rate.bytes_out);
	snprintf(item[ITEM_RATES].text, sizeof(item->text), "in %s/s out %s/s",
		 number, out);
}

static void set_items(struct item *item, const struct status *s,
		      const struct model *m, const struct status_shown *shown,
		      uint64_t now_ns)
{
	uint64_t sec = status_elapsed(s, m, now_ns);

	for (int i = 0; i < ITEMS; i++)
		item[i] = (struct item){ .role = ROLE_STATUS };
	snprintf(item[ITEM_NAME].text, sizeof(item->text), "netexplore");
	item[ITEM_NAME].role = ROLE_TITLE;
	snprintf(item[ITEM_HOST].text, sizeof(item->text), "%.64s",
		 shown->host ? shown->host : "");
	snprintf(item[ITEM_MODE].text, sizeof(item->text),
		 "%.40s %02llu:%02u:%02u", shown->mode ? shown->mode : "",
		 (unsigned long long)(sec / 3600), (unsigned)(sec / 60 % 60),
		 (unsigned)(sec % 60));
	if (shown->held)
		snprintf(item[ITEM_HELD].text, sizeof(item->text), "HELD +%llu",
			 (unsigned long long)shown->held_new);
	item[ITEM_HELD].role = ROLE_WARN;
	if (shown->missing)
		snprintf(item[ITEM_LACKS].text, sizeof(item->text),
			 "kernel lacks %zu (?)", shown->missing);
	item[ITEM_LACKS].role = ROLE_WARN;
	set_numbers(item, s, m);
}

/* Choose by importance what has room; a file's long name may be cut. */
static void choose(struct item *item, int width, bool spark)
{
	int room = width - 1 + GAP;

	for (int i = 0; i < ITEMS; i++) {
		struct item *it = &item[by_importance[i]];

		it->width = (int)text_width(it->text);
		if (by_importance[i] == ITEM_SPARK)
			it->width = spark ? SPARK_CELLS : 0;
		if (by_importance[i] == ITEM_MODE && it->width + GAP > room &&
		    room >= 12 + GAP)
			it->width = room - GAP;
		if (it->width == 0 || it->width + GAP > room)
			continue;
		it->shown = true;
		room -= it->width + GAP;
	}
}

void status_draw(const struct status *s, WINDOW *win, int y, int width,
		 const struct model *m, const struct status_shown *shown,
		 uint64_t now_ns)
{
	struct item item[ITEMS];
	int x = 1;

	set_items(item, s, m, shown, now_ns);
	choose(item, width, s->seconds > 0);
	draw_fill(win, y, 0, 1, width, ROLE_STATUS);
	for (int i = 0; i < ITEMS; i++) {
		uint64_t values[SPARK_CELLS] = { 0 };

		if (!item[i].shown)
			continue;
		if (i == ITEM_SPARK) {
			uint32_t n = s->seconds < SPARK_CELLS ? s->seconds :
							       SPARK_CELLS;
			for (uint32_t k = 0; k < n; k++)
				values[SPARK_CELLS - n + k] =
					s->packets[(s->seconds - n + k) %
						   STATUS_SECONDS];
			draw_spark(win, y, x, ROLE_STATUS, values, SPARK_CELLS,
				   0);
		} else {
			draw_text(win, y, x, item[i].width, item[i].role,
				  item[i].text);
		}
		x += item[i].width + GAP;
	}
}
