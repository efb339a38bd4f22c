/* SPDX-License-Identifier: MIT */
#include "tui/theme.h"

#include <errno.h>
#include <limits.h>
#include <ncurses.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf.h"
#include "tui/builtin.h"
#include "tui/user.h"

#define DEFAULT_THEME "dark"
#define ANSI_COLOURS 8
#define BRIGHT 8 /* the first of the eight bright colours */

/*
 * A colour as the theme names it: COLOUR_DEFAULT, a number from 0 to 255, or
 * COLOUR_RGB and 24 bits.
 */
#define COLOUR_DEFAULT (-1)
#define COLOUR_RGB (1 << 24)

struct colour {
	int full; /* for 256 colours and more */
	int basic; /* for fewer: -1 to 15 */
};

struct style {
	bool set;
	struct colour front, back;
	attr_t attr;
};

/* Without colour a role still looks different where that matters. */
static const struct role_row {
	const char *name; /* in theme files */
	attr_t mono;
} roles[ROLES] = {
	[ROLE_NORMAL] = { "normal", A_NORMAL },
	[ROLE_DIM] = { "dim", A_DIM },
	[ROLE_TITLE] = { "title", A_BOLD },
	[ROLE_BORDER] = { "border", A_DIM },
	[ROLE_BORDER_FOCUS] = { "border-focus", A_BOLD },
	[ROLE_HEADING] = { "heading", A_BOLD },
	[ROLE_SELECTED] = { "selected", A_REVERSE },
	[ROLE_SELECTED_DIM] = { "selected-dim", A_UNDERLINE },
	[ROLE_STATUS] = { "status", A_REVERSE },
	[ROLE_KEY] = { "key", A_BOLD },
	[ROLE_PROCESS] = { "process", A_NORMAL },
	[ROLE_ADDRESS] = { "address", A_NORMAL },
	[ROLE_NAME] = { "name", A_NORMAL },
	[ROLE_NUMBER] = { "number", A_NORMAL },
	[ROLE_GOOD] = { "good", A_NORMAL },
	[ROLE_WARN] = { "warn", A_BOLD },
	[ROLE_BAD] = { "bad", A_BOLD },
	[ROLE_LOST] = { "lost", A_BOLD | A_REVERSE },
	[ROLE_FILTER_GOOD] = { "filter-good", A_BOLD },
	[ROLE_FILTER_BAD] = { "filter-bad", A_UNDERLINE },
	[ROLE_MESSAGE] = { "message", A_BOLD },
};

static const struct {
	const char *name;
	attr_t attr;
} attributes[] = {
	{ "bold", A_BOLD },	      { "dim", A_DIM },
	{ "italic", A_ITALIC },	      { "underline", A_UNDERLINE },
	{ "reverse", A_REVERSE },
};

static const char *const ansi[ANSI_COLOURS] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
};

/* What each role looks like on this terminal; ready says whether theme_load() ran. */
static unsigned long looks[ROLES];
static bool ready;

unsigned long theme_attr(enum role role)
{
	return ready ? looks[role] : roles[role].mono;
}

/* One level of xterm's 6x6x6 colour cube. */
static int cube_level(int i)
{
	return i == 0 ? 0 : 55 + 40 * i;
}

static int distance(int rgb, int r, int g, int b)
{
	int dr = (rgb >> 16 & 255) - r, dg = (rgb >> 8 & 255) - g;
	int db = (rgb & 255) - b;
	return dr * dr + dg * dg + db * db;
}

/* The nearest of xterm's colours 16 to 255 (the first 16 are the user's). */
static int nearest_256(int rgb)
{
	int best = 16, least = INT_MAX;

	for (int i = 16; i < 256; i++) {
		int grey = 8 + 10 * (i - 232), cube = i - 16;
		int d = i >= 232 ? distance(rgb, grey, grey, grey) :
				   distance(rgb, cube_level(cube / 36),
					    cube_level(cube / 6 % 6),
					    cube_level(cube % 6));
		if (d < least) {
			least = d;
			best = i;
		}
	}
	return best;
}

/* The nearest of the eight: each part on or off. */
static int nearest_8(int rgb)
{
	return (rgb >> 16 & 128 ? 1 : 0) | (rgb >> 8 & 128 ? 2 : 0) |
	       (rgb & 128 ? 4 : 0);
}

static int rgb_of_256(int i)
{
	int cube = i - 16, grey = 8 + 10 * (i - 232);

	if (i >= 232)
		return grey << 16 | grey << 8 | grey;
	return cube_level(cube / 36) << 16 | cube_level(cube / 6 % 6) << 8 |
	       cube_level(cube % 6);
}

static int basic_of(int full)
{
	if (full < 16) /* COLOUR_DEFAULT too */
		return full;
	return nearest_8(full & COLOUR_RGB ? full : rgb_of_256(full));
}

/* "default", "red", "bright-red", "0" to "255", "#rrggbb"; false: none of them. */
static bool parse_colour(const char *text, int *out)
{
	const char *digits = "0123456789";
	const char *name = text;
	int base = 0;

	if (strcmp(text, "default") == 0) {
		*out = COLOUR_DEFAULT;
		return true;
	}
	if (text[0] == '#' && strlen(text) == 7 &&
	    strspn(text + 1, "0123456789abcdefABCDEF") == 6) {
		*out = COLOUR_RGB | (int)strtol(text + 1, NULL, 16);
		return true;
	}
	size_t len = strlen(text);
	if (len >= 1 && len <= 3 && strspn(text, digits) == len) {
		*out = (int)strtol(text, NULL, 10);
		return *out <= 255;
	}
	if (strncmp(text, "bright-", 7) == 0) {
		name += 7;
		base = BRIGHT;
	}
	for (int i = 0; i < ANSI_COLOURS; i++)
		if (strcmp(name, ansi[i]) == 0) {
			*out = base + i;
			return true;
		}
	return false;
}

/* COLOUR or COLOUR/BASIC. word is changed. */
static int parse_pair(char *word, struct colour *out, struct errmsg *err)
{
	char *slash = strchr(word, '/');

	if (slash)
		*slash++ = '\0';
	if (!parse_colour(word, &out->full))
		return errmsg_set(err, -EINVAL,
				  "no colour \"%s\": a name such as red or "
				  "bright-red, default, 0 to 255, or #rrggbb",
				  word);
	out->basic = basic_of(out->full);
	if (slash && (!parse_colour(slash, &out->basic) || out->basic > 15))
		return errmsg_set(err, -EINVAL,
				  "\"%s\" is none of the 16 named colours",
				  slash);
	return 0;
}

static bool parse_attribute(const char *word, attr_t *attr)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (strcmp(word, attributes[i].name) == 0) {
			*attr |= attributes[i].attr;
			return true;
		}
	return false;
}

/* Cut the next word off *text; NULL when there is none. */
static char *next_word(char **text)
{
	char *word = *text + strspn(*text, " \t");

	if (!*word)
		return NULL;
	*text = word + strcspn(word, " \t");
	if (**text)
		*(*text)++ = '\0';
	return word;
}

/* "foreground [on background] [attributes]". text is changed. */
static int parse_style(char *text, struct style *out, struct errmsg *err)
{
	bool back = false;
	char *word = next_word(&text);

	*out = (struct style){ .set = true,
			       .front = { COLOUR_DEFAULT, COLOUR_DEFAULT },
			       .back = { COLOUR_DEFAULT, COLOUR_DEFAULT } };
	if (!word)
		return errmsg_set(err, -EINVAL, "a colour is missing");
	int rc = parse_pair(word, &out->front, err);
	if (rc)
		return rc;
	while ((word = next_word(&text))) { /* each turn shortens the text */
		if (strcmp(word, "on") == 0 && !back && !out->attr) {
			word = next_word(&text);
			if (!word)
				return errmsg_set(err, -EINVAL,
						  "a colour is missing after "
						  "\"on\"");
			rc = parse_pair(word, &out->back, err);
			if (rc)
				return rc;
			back = true;
		} else if (!parse_attribute(word, &out->attr)) {
			return errmsg_set(err, -EINVAL,
					  "\"%s\" is not one of bold dim "
					  "italic underline reverse",
					  word);
		}
	}
	return 0;
}

static int on_line(void *ctx, const char *section, const char *name,
		   const char *value, struct errmsg *err)
{
	struct style *styles = ctx;
	char text[256];

	if (section[0])
		return errmsg_set(err, -EINVAL, "a theme has no [%s]", section);
	for (int i = 0; i < ROLES; i++) {
		if (strcmp(name, roles[i].name) != 0)
			continue;
		if (styles[i].set)
			return errmsg_set(err, -EINVAL, "%s a second time",
					  name);
		snprintf(text, sizeof(text), "%s", value);
		return parse_style(text, &styles[i], err);
	}
	return errmsg_set(err, -EINVAL, "no role \"%s\"", name);
}

static int parse_theme(struct style styles[ROLES], const char *file,
		       const char *text, size_t len, struct errmsg *err)
{
	memset(styles, 0, ROLES * sizeof(styles[0]));
	return conf_parse(file, text, len, on_line, styles, err);
}

/* Read one file; -ENOENT without a message when it is not there. */
static int read_theme(struct style styles[ROLES], const char *path,
		      struct errmsg *err)
{
	char *text;
	size_t len;
	int rc = user_read(path, CONF_MAX, &text, &len);

	if (rc == -ENOENT || rc == -ENOTDIR)
		return -ENOENT;
	if (rc)
		return errmsg_set(err, rc, "cannot read theme %s: %s", path,
				  strerror(-rc));
	rc = parse_theme(styles, path, text, len, err);
	free(text);
	return rc;
}

/* The user's own come first, then what is installed, then what is built in. */
static int find_theme(struct style styles[ROLES], const char *name,
		      struct errmsg *err)
{
	char path[PATH_MAX], rest[NAME_MAX];
	int rc = -ENOENT;

	if (strchr(name, '/')) {
		rc = read_theme(styles, name, err);
		if (rc == -ENOENT)
			return errmsg_set(err, rc, "no theme file %s", name);
		return rc;
	}
	int len = snprintf(rest, sizeof(rest), "themes/%s.theme", name);
	if (len < 0 || (size_t)len >= sizeof(rest))
		return errmsg_set(err, -ENOENT,
				  "the name of the theme is too long");
	if (user_config_path(path, sizeof(path), rest) == 0)
		rc = read_theme(styles, path, err);
	/* Another's home (su without -) is none of ours. */
	if (rc == -ENOENT || rc == -EACCES) {
		snprintf(path, sizeof(path), NX_DATADIR "/%s", rest);
		rc = read_theme(styles, path, err);
	}
	if (rc != -ENOENT)
		return rc;
	const struct builtin *b = builtin_find(rest + strlen("themes/"));
	if (b)
		return parse_theme(styles, b->name, b->data,
				   (size_t)(b->end - b->data), err);
	return errmsg_set(err, -ENOENT,
			  "no theme \"%s\"; there are dark, light and mono, "
			  "and those in ~/.config/netexplore/themes",
			  name);
}

/* The number that this terminal has for a colour. */
static int terminal_colour(const struct colour *c, attr_t *attr, bool front)
{
	bool rgb = c->full >= COLOUR_RGB;

	/* Above 256 a number from 8 on is the colour itself (user_caps(5),
	 * RGB), so the palette must be told in red, green and blue. */
	if (COLORS > 256 && (rgb || c->full >= 16))
		return (rgb ? c->full : rgb_of_256(c->full)) & (COLOUR_RGB - 1);
	if (COLORS == 256 || (COLORS > 256 && c->full < BRIGHT))
		return rgb ? nearest_256(c->full) : c->full;
	if (c->basic < BRIGHT || (COLORS >= 16 && COLORS <= 256))
		return c->basic;
	/* Eight colours: bold makes the foreground bright on most of them. */
	if (front)
		*attr |= A_BOLD;
	return c->basic - BRIGHT;
}

static bool coloured(const struct style *s)
{
	return s->front.full != COLOUR_DEFAULT ||
	       s->back.full != COLOUR_DEFAULT;
}

static unsigned long make_look(int role, const struct style *s, bool colour,
			       bool has_default)
{
	attr_t attr = s->attr;

	if (!s->set)
		return colour ? A_NORMAL : roles[role].mono;
	if (!coloured(s))
		return attr;
	if (!colour)
		return roles[role].mono;
	int front = terminal_colour(&s->front, &attr, true);
	int back = terminal_colour(&s->back, &attr, false);
	if (!has_default) {
		front = front == COLOUR_DEFAULT ? COLOR_WHITE : front;
		back = back == COLOUR_DEFAULT ? COLOR_BLACK : back;
	}
	int pair = role + 1; /* pair 0 is the terminal's own */
	if (pair >= COLOR_PAIRS ||
	    init_extended_pair(pair, front, back) != OK)
		return roles[role].mono;
	return attr | (unsigned long)COLOR_PAIR(pair);
}

int theme_load(const char *name, struct errmsg *err)
{
	struct style styles[ROLES];
	int rc = find_theme(styles, name ? name : DEFAULT_THEME, err);

	if (rc)
		return rc;
	const char *no_color = getenv("NO_COLOR"); /* no-color.org */
	bool colour = !(no_color && *no_color) && has_colors();
	bool has_default = false;
	if (colour) {
		start_color();
		has_default = use_default_colors() == OK;
	}
	for (int i = 0; i < ROLES; i++)
		looks[i] = make_look(i, &styles[i], colour, has_default);
	ready = true;
	return 0;
}

int theme_check(const char *name, struct errmsg *err)
{
	struct style styles[ROLES];

	return find_theme(styles, name ? name : DEFAULT_THEME, err);
}
