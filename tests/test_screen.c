/* SPDX-License-Identifier: MIT */
/* What the user sees, at several sizes, for the keys he presses. */
#include "tui/screen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "core/text.h"
#include "tests/offscreen.h"
#include "tests/play.h"
#include "tui/cell.h"
#include "tui/command.h"
#include "tui/pane.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct play t;
static struct screen *screen;

/* What the screen asked its host to export. */
static struct {
	int calls;
	char path[128], filter[128];
	int rc;
} asked;

static int take_export(void *ctx, const char *path, const char *filter,
		       struct errmsg *err)
{
	(void)ctx;
	asked.calls++;
	snprintf(asked.path, sizeof(asked.path), "%s", path);
	snprintf(asked.filter, sizeof(asked.filter), "%s", filter);
	if (asked.rc)
		return errmsg_set(err, asked.rc, "cannot write %s", path);
	return 0;
}

static const char *const lacks[] = {
	"no net_dev_queue: TIME_WAIT packets are not seen", NULL
};

static struct screen_host host = {
	.export = take_export,
	.host = "fujitsu",
	.mode = "live",
};

static void draw(void)
{
	screen_draw(screen, t.now_ns);
	doupdate();
}

static void begin(int lines, int cols)
{
	assert_true(offscreen_open("C.UTF-8", lines, cols));
	play_init(&t, true, NULL);
	screen = screen_new(&t.m, &host);
	assert_non_null(screen);
	memset(&asked, 0, sizeof(asked));
	draw();
}

static void end(void)
{
	screen_free(screen);
	model_release(&t.m);
	offscreen_close();
}

static void keys(const char *text)
{
	for (; *text; text++)
		screen_key(screen, (unsigned char)*text);
	draw();
}

static void key(int code)
{
	screen_key(screen, code);
	draw();
}

static void sees_at(const char *file, int line, const char *text, bool want)
{
	if ((offscreen_find(text) >= 0) == want)
		return;
	offscreen_dump("the screen");
	fail_msg("%s:%d: \"%s\" %s on the screen", file, line, text,
		 want ? "is not" : "is");
}

#define SEES(text) sees_at(__FILE__, __LINE__, text, true)
#define SEES_NOT(text) sees_at(__FILE__, __LINE__, text, false)

/* Is the row that has the text drawn as the selected one? */
static bool selected(const char *text)
{
	int y = offscreen_find(text);
	chtype want = (chtype)theme_attr(ROLE_SELECTED);

	if (y < 0)
		return false;
	const char *at = strstr(offscreen_line(y), text);
	char before[OFFSCREEN_COLS * 4];
	snprintf(before, sizeof(before), "%.*s",
		 (int)(at - offscreen_line(y)), offscreen_line(y));
	chtype cell = mvwinch(stdscr, y, (int)text_width(before));
	return (cell & (A_ATTRIBUTES & ~A_CHARTEXT)) ==
	       (want & (A_ATTRIBUTES & ~A_CHARTEXT));
}

static void expect_selected(const char *file, int line, const char *text)
{
	if (selected(text))
		return;
	offscreen_dump("the screen");
	fail_msg("%s:%d: \"%s\" is not selected", file, line, text);
}

#define SELECTED(text) expect_selected(__FILE__, __LINE__, text)

static const struct {
	const char *label;
	int lines, cols;
	const char *want[16]; /* on the screen, whatever else is */
} sizes[] = {
	{ "80x24", 24, 80,
	  { "netexplore", "live 00:01:", "lost 0", "unknown 0",
	    "1 TCP handshakes", "2 ICMP pairs", "3 DNS by process",
	    "curl 31337", "example.com:443", "unanswered", "SYN x3", "12.0ms",
	    "8.8.8.8", "25% lost", "A example.com", "/ filter" } },
	{ "100x30", 30, 100,
	  { "lost 0", "1 TCP handshakes", "nginx 812", ":80", "10.0.0.9:40112",
	    "93.184.216.1", "TTL 60", "nxdomain", "1-4", "ping 4411",
	    "q quit", "? help" } },
	{ "40x10", 10, 40,
	  { "lost 0", "[1 TCP 3]", "2 ICMP 1", "3 DNS 2", "curl 31337",
	    "unanswered", "/" } },
	{ "60x30", 30, 60,
	  { "lost 0", "1 TCP handshakes", "2 ICMP pairs", "3 DNS by process",
	    "curl 31337", "A example.com", "8.8.8.8" } },
	{ "200x60", 60, 200,
	  { "fujitsu", "lost 0", "unknown 0", "10.0.0.5:51594",
	    "example.com:443", "RETRANS", "10.0.0.1:53", "in ", "DURATION" } },
};

static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(sizes); i++) {
		begin(sizes[i].lines, sizes[i].cols);
		play_mixed(&t);
		play_wait(&t, PLAY_SECOND);
		draw();
		for (size_t k = 0; k < N(sizes[i].want) && sizes[i].want[k];
		     k++) {
			if (offscreen_find(sizes[i].want[k]) >= 0)
				continue;
			offscreen_dump(sizes[i].label);
			fail_msg("%s: no \"%s\"", sizes[i].label,
				 sizes[i].want[k]);
		}
		end();
	}
}

/* Below the smallest size one line says so, and nothing breaks. */
static void test_small(void **state)
{
	static const int small[][2] = { { 9, 39 }, { 24, 39 }, { 9, 80 },
					{ 1, 1 }, { 1, 80 }, { 50, 2 } };

	(void)state;
	begin(24, 80);
	play_mixed(&t);
	for (size_t i = 0; i < N(small); i++) {
		resizeterm(small[i][0], small[i][1]);
		screen_key(screen, KEY_RESIZE);
		draw();
		for (int y = 1; y < small[i][0]; y++) {
			const char *line = offscreen_line(y);
			if (strspn(line, " ") != strlen(line))
				fail_msg("%dx%d: line %d: %s", small[i][1],
					 small[i][0], y, line);
		}
	}
	resizeterm(9, 39);
	draw();
	SEES("40 columns and 10 lines are needed");
	t.m.counters.lost[EVENT_RING_PACKET] = 5;
	draw();
	SEES("lost 5");
	resizeterm(24, 80);
	draw();
	SEES("1 TCP handshakes");
	SEES("lost 5");
	end();
}

/* Whatever the counters are, `lost` is there, exact and marked. */
static void test_lost(void **state)
{
	static const int at[][2] = { { 24, 80 }, { 10, 40 }, { 30, 100 } };

	(void)state;
	for (size_t i = 0; i < N(at); i++) {
		begin(at[i][0], at[i][1]);
		host.missing_list = lacks;
		play_mixed(&t);
		t.m.counters.events += 99999999;
		t.m.counters.unknown = 88888888;
		play_wait(&t, PLAY_SECOND);
		t.m.counters.lost[EVENT_RING_PACKET] = 1234567890123456789u;
		t.m.counters.lost[EVENT_RING_SOCKET] = 1;
		assert_true(screen_stale(screen, t.now_ns));
		draw();
		SEES("lost 1,234,567,890,123,456,790");
		assert_int_equal(offscreen_find("lost 1,234"), 0);
		keys("zz?q/port 53\n");
		SEES("lost 1,234,567,890,123,456,790");
		keys("?");
		SEES("lost 1,234,567,890,123,456,790");
		keys("/\n");
		end();
		host.missing_list = NULL;
	}
}

/* No cell moves, and none is outside, for text that would like to. */
static void test_hostile(void **state)
{
	(void)state;
	begin(24, 80);
	play_proc(&t, 666, "\033]0;x\007\xe6\x97\xa5\xe6\x9c\xac");
	play_proc(&t, 667, "e\xcc\x81\xcc\x81\xcc\x81\xe2\x80\xae");
	play_dns(&t, 666, "\033[2J\xff\xe2\x80\x8f.x", 2, 0);
	play_dns(&t, 667, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			     "aaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
		    1, 0);
	play_open(&t, 666, true, 4000, play_ip(93, 184, 216, 1), 1);
	for (int round = 0; round < 3; round++) {
		static const char *const open[] = { "", "\n", "q3\n" };

		keys(open[round]);
		for (int y = 0; y < 24; y++) {
			const char *line = offscreen_line(y);

			if (text_width(line) != 80 ||
			    strpbrk(line, "\033\007\r"))
				fail_msg("round %d, line %d: %s", round, y,
					 line);
			/* The right edge stands where it did. */
			if (y > 0 && y < 23 &&
			    strchr(" \n", *offscreen_cells(y, 79, 1)))
				fail_msg("round %d, line %d: no edge: %s",
					 round, y, line);
		}
	}
	end();
}

static void test_filter(void **state)
{
	struct errmsg err;

	(void)state;
	begin(30, 100);
	play_mixed(&t);
	draw();

	/* While it is typed the old one stays in force. */
	keys("/dst port 443");
	SEES(" / dst port 443");
	SEES("nginx 812");
	keys("\n");
	SEES("filter: dst port 443");
	SEES("example.com:443");
	SEES_NOT("nginx 812");
	SEES("1 of 3");
	SEES_NOT("8.8.8.8 ");

	/* A wrong one is told and not taken. */
	keys("/net.dport contains 3\n");
	SEES(" / net.dport contains 3");
	SEES("column");
	key(COMMAND_ESC);
	SEES("filter: dst port 443");

	/* A pane that cannot have the field says so. */
	keys("/port 53\n");
	SEES("no row of this pane has");
	SEES("A example.com");
	/* One that could says how many there are. */
	SEES("none of 3 matches");

	/* Empty clears; Up brings the last one back. */
	keys("/\n");
	SEES_NOT("filter:");
	SEES("nginx 812");
	keys("/");
	key(KEY_UP);
	SEES(" / port 53");
	keys("q");
	SEES(" / port 53q");
	assert_false(screen_quits(screen));
	key(COMMAND_ESC);

	assert_int_equal(screen_set_filter(screen, "(((", &err), -EINVAL);
	assert_true(err.text[0]);
	assert_int_equal(screen_set_filter(screen, "curl", &err), 0);
	draw();
	SEES("filter: curl");
	SEES_NOT("nginx 812");
	end();
}

/* Rows fill a list; returns the text of connection i. */
static const char *many(int i)
{
	static char text[32];

	snprintf(text, sizeof(text), "10.9.%d.%d:80", i / 250, i % 250 + 1);
	return text;
}

static void open_many(int from, int to)
{
	for (int i = from; i < to; i++)
		play_open(&t, 31337, true, (uint16_t)(20000 + i),
			     play_ip(10, 9, (uint8_t)(i / 250),
					(uint8_t)(i % 250 + 1)), 80);
}

static void test_follow(void **state)
{
	(void)state;
	begin(24, 80);
	play_proc(&t, 31337, "curl");
	open_many(0, 100);
	draw();
	SELECTED(many(99));
	open_many(100, 110);
	draw();
	SELECTED(many(109));

	/* Once moved it stays on its row, and on its line. */
	keys("k");
	SELECTED(many(108));
	int y = offscreen_find(many(108));
	open_many(110, 130);
	draw();
	SELECTED(many(108));
	assert_int_equal(offscreen_find(many(108)), y);
	SEES_NOT(many(129));

	keys("gj");
	SELECTED(many(1));
	SEES(many(0));
	key(KEY_NPAGE);
	SEES_NOT(many(0));
	key(KEY_PPAGE);
	SEES(many(0));
	keys("kkkkkkkkkkkkkkkk");
	SELECTED(many(0));

	keys("G");
	SELECTED(many(129));
	open_many(130, 140);
	draw();
	SELECTED(many(139));
	end();
}

/* The oldest rows go while one of the newer ones is selected. */
static void test_evict(void **state)
{
	const struct model_limits limits = { .flows = 50 };

	(void)state;
	begin(24, 100);
	screen_free(screen);
	model_release(&t.m);
	play_init(&t, true, &limits);
	screen = screen_new(&t.m, &host);

	play_proc(&t, 31337, "curl");
	open_many(0, 50);
	draw();
	keys("gjjjjj");
	SELECTED(many(5));
	open_many(50, 52);
	draw();
	SELECTED(many(5));
	SEES_NOT(many(0));
	open_many(52, 70);
	draw();
	/* It is gone: what came next takes its place. */
	SELECTED(many(20));
	SEES("evicted 20");
	SEES_NOT("incomplete");
	/* What has a part missing is no record lost, and not silent either. */
	t.m.counters.no_storage = 2;
	t.m.streams.incomplete = 3;
	t.m.generation++;
	draw();
	SEES("incomplete 5");
	SEES("lost 0");

	/* Held, rows that went say so. */
	keys(" ");
	open_many(70, 100);
	keys("j");
	SEES("has made room");
	keys("k\n");
	SEES("made room for newer ones");
	end();
}

static void test_hold(void **state)
{
	(void)state;
	begin(24, 80);
	play_proc(&t, 31337, "curl");
	open_many(0, 5);
	draw();
	keys(" ");
	SEES("HELD +0");
	open_many(5, 9);
	play_dns(&t, 31337, "late.example", 1, 0);
	/* Not for the rows, but for the counters, and not at once. */
	assert_false(screen_stale(screen, t.now_ns));
	play_wait(&t, PLAY_SECOND);
	assert_true(screen_stale(screen, t.now_ns));
	draw();
	SEES("HELD +5");
	SEES_NOT(many(5));
	SEES_NOT("late.example");
	/* Keys move within what is held. */
	keys("kG");
	SELECTED(many(4));
	SEES_NOT(many(5));
	keys("/curl\n");
	SEES(many(4));
	SEES_NOT(many(5));
	keys("/\n");
	keys(" ");
	SEES_NOT("HELD");
	SEES(many(8));
	SEES("late.example");
	end();
}

static void test_zoom(void **state)
{
	(void)state;
	begin(24, 80);
	play_mixed(&t);
	draw();
	keys("z");
	SEES("1 TCP handshakes");
	SEES_NOT("3 DNS by process");
	keys("3");
	SEES("3 DNS by process");
	SEES_NOT("1 TCP handshakes");
	keys("z");
	SEES("1 TCP handshakes");
	SEES("2 ICMP pairs");
	keys("4");
	SEES("4 Processes");
	SEES("nginx 812");
	key(COMMAND_ESC);
	SEES("1 TCP handshakes");
	/* Tab goes around the tiles. */
	key('\t');
	key(KEY_NPAGE);
	SELECTED("ping 4411");
	key('\t');
	key('\t');
	keys("k");
	SELECTED("nginx 812");
	key(KEY_BTAB);
	key(KEY_BTAB);
	key(KEY_NPAGE);
	SELECTED("ping 4411");
	end();
}

static void test_tree(void **state)
{
	(void)state;
	begin(24, 80);
	play_mixed(&t);
	draw();
	keys("3g");
	SELECTED("curl 31337");
	SEES("▾ curl 31337");
	SEES("A 93.184.216.1");
	key(KEY_LEFT);
	SEES("▸ curl 31337");
	SEES_NOT("A 93.184.216.1");
	SELECTED("curl 31337");
	key(KEY_RIGHT);
	SEES("A 93.184.216.1");
	key(KEY_RIGHT);
	SELECTED("A example.com");
	keys("j");
	SELECTED("A 93.184.216.1");
	keys("-");
	SELECTED("A example.com");
	/* A series' echoes. */
	keys("2g");
	SEES("▸ ping 4411");
	keys("+");
	SEES("▾ ping 4411");
	SEES("unanswered");
	end();
}

static void test_help(void **state)
{
	char keys_text[64];

	(void)state;
	begin(24, 80);
	host.missing_list = lacks;
	screen_free(screen);
	screen = screen_new(&t.m, &host);
	draw();
	SEES("kernel lacks 1");
	keys("?");
	SEES("no net_dev_queue");
	SEES("lost 0");
	end();
	host.missing_list = NULL;

	/* High enough to show all: every command is there with its keys. */
	begin(200, 120);
	keys("?");
	for (size_t i = 0; i < commands_count; i++) {
		int y = 0;

		command_keys_text(&commands[i], keys_text, sizeof(keys_text));
		while (y < 200 && (!strstr(offscreen_line(y), keys_text) ||
				   !strstr(offscreen_line(y), commands[i].help)))
			y++;
		if (y == 200)
			fail_msg("the help lacks %s (%s)", commands[i].name,
				 keys_text);
	}
	static const char *const words[] = { "unanswered", "refused",
		"listening", "nxdomain", "inherited", "lost", "this session" };
	for (size_t i = 0; i < N(words); i++)
		SEES(words[i]);
	keys("q");
	SEES_NOT("inherited");
	SEES("1 TCP handshakes");
	assert_false(screen_quits(screen));
	key(KEY_F(1));
	key(COMMAND_ESC);
	SEES("1 TCP handshakes");
	keys("q");
	assert_true(screen_quits(screen));
	end();
}

static void test_detail(void **state)
{
	(void)state;
	begin(60, 100);
	play_mixed(&t);
	draw();
	keys("g\n");
	SEES("curl 31337");
	SEES("example.com, from a DNS answer");
	SEES("SYN seq 0 ");
	SEES("SYN,ACK seq 0 ack 1 ");
	SEES("+12.0ms");
	SEES("tcp.rtt: ");
	SEES("lost 0");
	keys("q");
	keys("G\n");
	SEES("▶│ again");
	key(COMMAND_ESC);

	keys("3gj\n");
	SEES("A example.com");
	SEES("Question");
	SEES("Answer");
	SEES("93.184.216.1");
	SEES("10.0.0.1:53");
	keys("q2\n");
	SEES("seq 3");
	SEES("unanswered");
	keys("q");
	SEES("1 TCP handshakes");

	/* It scrolls, and says where it is. */
	resizeterm(12, 60);
	screen_key(screen, KEY_RESIZE);
	draw();
	keys("1g\n");
	SEES("1-8 of ");
	key(KEY_NPAGE);
	SEES("8-15 of ");
	keys("g");
	SEES("1-8 of ");
	keys("G");
	SEES_NOT("1-8 of ");
	end();
}

static void test_export(void **state)
{
	(void)state;
	begin(24, 80);
	play_mixed(&t);
	keys("/port 53\n");
	keys("e");
	SEES("export to: netexplore-");
	key(COMMAND_CTRL('u'));
	keys("out.json\n");
	assert_int_equal(asked.calls, 1);
	assert_string_equal(asked.path, "out.json");
	assert_string_equal(asked.filter, "port 53");
	SEES("writing out.json");
	screen_message(screen, false, "out.json: 12 rows");
	assert_true(screen_stale(screen, t.now_ns));
	draw();
	SEES("out.json: 12 rows");
	keys("j");
	SEES_NOT("out.json: 12 rows");

	asked.rc = -EACCES;
	keys("e");
	key(COMMAND_CTRL('u'));
	keys("/nowhere/x\n");
	SEES("cannot write /nowhere/x");
	keys("e");
	key(COMMAND_ESC);
	keys("e");
	key(COMMAND_CTRL('u'));
	keys("\n");
	assert_int_equal(asked.calls, 2);
	end();
}

static void test_empty(void **state)
{
	(void)state;
	begin(24, 80);
	SEES("no TCP connections yet");
	SEES("no pings or ICMP errors yet");
	SEES("no DNS queries yet");
	/* Keys do no harm where there is nothing. */
	keys("jkgG+-\n");
	SEES("there is no row to open");
	play_mixed(&t);
	draw();
	SELECTED("unanswered");
	end();
}

/* A frame when it is due, and none that only feeds itself. */
static void test_stale(void **state)
{
	(void)state;
	begin(24, 80);
	assert_false(screen_stale(screen, t.now_ns));
	play_proc(&t, 31337, "curl");
	play_open(&t, 31337, true, 5000, play_ip(10, 0, 0, 9), 80);
	/* At once, but for the rest that a slow machine needs. */
	assert_true(screen_stale(screen, t.now_ns + 400 * PLAY_MS));
	draw();
	assert_false(screen_stale(screen, t.now_ns));

	/* Counters alone: after half a second, not before. */
	t.m.counters.events += 10;
	assert_false(screen_stale(screen, t.now_ns + 100 * PLAY_MS));
	assert_true(screen_stale(screen, t.now_ns + 501 * PLAY_MS));
	draw();

	/* The connection that carries this terminal: never. */
	t.m.counters.events += 50;
	t.m.counters.session_packets += 50;
	assert_false(screen_stale(screen, t.now_ns + 600 * PLAY_MS));
	/* The clock: once a second. */
	assert_true(screen_stale(screen, t.now_ns + 1001 * PLAY_MS));

	assert_true(screen_key(screen, 'j'));
	assert_true(screen_stale(screen, t.now_ns));
	draw();
	assert_false(screen_key(screen, 'X'));
	assert_false(screen_key(screen, ERR));
	end();
}

/* -n: the address in the name's place. */
static void test_no_names(void **state)
{
	(void)state;
	begin(24, 100);
	play_mixed(&t);
	draw();
	SEES("> example.com:443");
	cell_show_names(false);
	draw();
	SEES("> 93.184.216.1:443");
	SEES_NOT("> example.com:443");
	cell_show_names(true);
	end();
}

static void test_rates(void **state)
{
	(void)state;
	begin(24, 120);
	t.m.counters.events += 5000;
	t.m.counters.packets += 5000;
	t.m.counters.session_packets += 1000;
	t.m.counters.bytes_in += 2400000 + 1000;
	t.m.counters.bytes_out += 680000 + 500000;
	t.m.counters.session_bytes += 1000 + 500000;
	t.m.counters.session_bytes_out += 500000;
	play_wait(&t, 2 * PLAY_SECOND);
	draw();
	SEES("2,000 ev/s");
	SEES("in 1.2M/s out 340k/s");
	SEES("live 00:00:02");
	play_wait(&t, 3600 * PLAY_SECOND);
	draw();
	SEES("live 01:00:02");
	SEES(" 0 ev/s");
	end();
}

static void test_session(void **state)
{
	(void)state;
	begin(24, 80);
	play_proc(&t, 77, "sshd");
	const struct flow_key key = {
		.local = play_ip(10, 0, 0, 5), .local_port = 22,
		.remote = play_ip(10, 0, 0, 9), .remote_port = 50000,
		.netns = PLAY_NETNS,
	};
	mine_add(&t.m.mine, IPPROTO_TCP, &key);
	struct play_tcp c =
		play_open(&t, 77, false, 22, play_ip(10, 0, 0, 9), 50000);
	play_open(&t, 77, false, 22, play_ip(10, 0, 0, 9), 50001);
	draw();
	SEES("sshd 77");
	SEES("this session");
	assert_true(t.m.counters.session_packets == 3);
	play_segment(&t, &c, true, TCP_ACK | TCP_PSH, 9001, 1001, 500);
	assert_false(screen_stale(screen, t.now_ns + 900 * PLAY_MS));
	/* --not-me: only the count is there, and it alone draws nothing. */
	SEES_NOT("hidden");
	t.m.mine.hides = true;
	t.m.counters.hidden = 1234;
	draw();
	SEES("hidden 1,234");
	t.m.counters.events = t.m.counters.hidden_records += 5;
	t.m.counters.events += t.m.counters.session_packets;
	draw();
	t.m.counters.events += 7;
	t.m.counters.hidden_records += 7;
	t.m.counters.hidden += 7;
	assert_false(screen_stale(screen, t.now_ns + 900 * PLAY_MS));
	end();
}

static void test_mouse(void **state)
{
	MEVENT e = { .bstate = BUTTON1_PRESSED };

	(void)state;
	begin(24, 80);
	mousemask(ALL_MOUSE_EVENTS, NULL);
	play_mixed(&t);
	draw();
	e.x = 5;
	e.y = offscreen_find("nginx 812");
	assert_int_equal(ungetmouse(&e), OK);
	key(KEY_MOUSE);
	SELECTED("nginx 812");
	assert_int_equal(ungetmouse(&e), OK);
	key(KEY_MOUSE);
	SEES("Segments");
	keys("q");
	e.bstate = BUTTON4_PRESSED;
	assert_int_equal(ungetmouse(&e), OK);
	key(KEY_MOUSE);
	SELECTED("example.com:443");
	end();
}

/* Any keys at any size: no crash, `lost` in the top line, no cell outside. */
static void test_monkey(void **state)
{
	static const int pressed[] = { 'j', 'k', 'g', 'G', 'z', '1', '2', '3',
		'4', '\t', KEY_BTAB, '\n', 'q', '?', ' ', '/', 'e', 'a', '5',
		27, KEY_LEFT, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_NPAGE,
		KEY_PPAGE, KEY_BACKSPACE, KEY_RESIZE, 21, 12, '+', '-', 0xe2 };
	uint32_t random = 7;

	(void)state;
	begin(24, 80);
	for (int i = 0; i < 6000; i++) {
		random = random * 1103515245 + 12345;
		uint32_t r = random >> 12;

		if (i % 97 == 0)
			play_mixed(&t);
		if (i % 51 == 0)
			resizeterm(1 + (int)(r % 60), 1 + (int)(r / 64 % 200));
		screen_key(screen, pressed[r % N(pressed)]);
		if (i % 3)
			continue;
		draw();
		if (getmaxy(stdscr) >= 10 && getmaxx(stdscr) >= 40 &&
		    !strstr(offscreen_line(0), "lost 0"))
			fail_msg("step %d: %s", i, offscreen_line(0));
	}
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_evict),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_zoom),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_detail),
		cmocka_unit_test(test_export),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_monkey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
