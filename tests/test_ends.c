/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a connection, whatever the order in which the kernel's word
 * and the packets come: each claim is tried in every merge of its two series.
 */
#include "core/ends.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/peers.h"
#include "tests/traffic.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define STEP ((uint64_t)1000000) /* between two things that happen */

static const char us[] = "10.0.0.1", peer[] = "10.0.0.2";
enum { OUR_PORT = 40000, PEER_PORT = 80, COOKIE = 77, LISTENER = 66 };

/*
 * What happens, in the order of time. Packets: > sent, < received; l before
 * it: on the listener; k: by the kernel's own socket. S SYN, SA, A, D data, FA,
 * R, RA. Events: n connect() called, c it goes on with the port not chosen yet, C with it, e open,
 * x closed (p its port is still known, r refused, t timed out, h host unreachable, R reset), z released.
 */
static const struct life_claim {
	const char *label;
	bool incoming;
	const char *happens;
	uint8_t state;
	const char *reason;
	uint64_t rtt; /* in STEPs; 0: none */
	int end; /* which thing ended it, from 1; 0: none */
	const char *counters; /* letters of begun, handshake, refused X, reset R, unanswered U, failed F, ended E */
} lives[] = {
	{ "client opens and closes", false,
	  "c >S <SA e >A >D <D >FA <FA >A x", FLOW_CLOSED, "fin", 1, 9, "bhE" },
	{ "client, peer closes first", false,
	  "c >S <SA e >A <FA >FA x <A", FLOW_CLOSED, "fin", 1, 7, "bhE" },
	{ "client whose port was chosen", false,
	  "C >S <SA e >A >D", FLOW_OPEN, "", 1, 0, "bh" },
	{ "client, last packets never seen", false,
	  "c >S <SA e >A >D >FA <A x", FLOW_CLOSED, "closed", 1, 9, "bhE" },
	{ "client exits without a word", false,
	  "c >S <SA e >A x z", FLOW_CLOSED, "closed", 1, 6, "bhE" },
	{ "refused", false, "c >S <RA xr", FLOW_REFUSED, "refused", 0, 3, "bX" },
	{ "refused, kernel told alone", false, "c >S xr", FLOW_REFUSED,
	  "refused", 0, 3, "bX" },
	{ "unreachable", false, "c >S >S xh", FLOW_UNANSWERED,
	  "host unreachable", 0, 4, "bU" },
	{ "timed out", false, "c >S >S >S xt", FLOW_UNANSWERED, "no answer", 0,
	  5, "bU" },
	{ "four SYNs, still trying", false, "c >S >S >S >S", FLOW_UNANSWERED,
	  "no answer", 0, 0, "bU" },
	{ "three SYNs, still trying", false, "c >S >S >S", FLOW_SYN_SENT, "", 0,
	  0, "b" },
	{ "answered after all", false, "c >S >S >S >S <SA e >A", FLOW_OPEN, "",
	  0, 0, "bh" },
	{ "given up by the process", false, "c >S x z", FLOW_UNANSWERED,
	  "given up", 0, 3, "bU" },
	{ "SYN-ACK twice: no RTT", false, "c >S <SA e >A <SA >A", FLOW_OPEN, "",
	  0, 0, "bh" },
	{ "no SYN ever left", false, "c xt", FLOW_UNANSWERED, "no answer", 0, 2,
	  "bU" },
	{ "called, opens and closes", false,
	  "n c >S <SA e >A >D <D >FA <FA >A x", FLOW_CLOSED, "fin", 1, 10,
	  "bhE" },
	{ "called, refused", false, "n c >S <RA xr", FLOW_REFUSED, "refused",
	  0, 4, "bX" },
	{ "called, given up, SYN not seen", false, "n c xp z",
	  FLOW_UNANSWERED, "given up", 0, 3, "bU" },
	{ "no route", false, "n z", FLOW_FAILED, "no route, or not permitted",
	  0, 2, "bF" },
	{ "no port is free", false, "n c x z", FLOW_FAILED,
	  "no local port is free", 0, 3, "bF" },
	{ "no port is free, call not told", false, "c x z", FLOW_UNANSWERED,
	  "given up", 0, 2, "bU" },
	{ "reset by the peer", false, "c >S <SA e >A >D <R xR", FLOW_RESET,
	  "reset by peer", 1, 7, "bhR" },
	{ "reset, packet not seen", false, "c >S <SA e >A >D xR", FLOW_RESET,
	  "reset by peer", 1, 7, "bhR" },
	{ "reset by us", false, "c >S <SA e >A x >R", FLOW_RESET,
	  "reset by this end", 1, 7, "bhR" },
	{ "reset after both closed", false, "c >S <SA e >A >FA <FA >A x <R",
	  FLOW_CLOSED, "fin", 1, 7, "bhE" },
	{ "peer timed out", false, "c >S <SA e >A >D >D >D xt", FLOW_CLOSED,
	  "timed out", 1, 9, "bhE" },
	{ "server, simple", true, "l<S l>SA e l<A <D >D <FA >FA x <A",
	  FLOW_CLOSED, "fin", 2, 8, "bhE" },
	{ "server, open", true, "l<S l>SA e l<A <D", FLOW_OPEN, "", 2, 0, "bh" },
	{ "server, end in TIME_WAIT", true,
	  "l<S l>SA e l<A <D >FA <A x k>A", FLOW_CLOSED, "closed", 2, 8, "bhE" },
	{ "server, SYN alone", true, "l<S", FLOW_SYN_SENT, "", 0, 0, "b" },
	{ "server, half open", true, "l<S l>SA l>SA l>SA", FLOW_SYN_RECEIVED,
	  "", 0, 0, "b" },
	{ "scanned: reset after SYN-ACK", true, "l<S l>SA l<R", FLOW_RESET,
	  "reset by peer", 0, 3, "bR" },
	{ "server resets", true, "l<S l>SA e l<A <D x >RA", FLOW_RESET,
	  "reset by this end", 2, 7, "bhR" },
	{ "refused here", true, "k<S k>RA", FLOW_REFUSED, "refused", 0, 2, "bX" },
};

/* Where both ends are with their numbers. */
struct talk {
	uint32_t next[2]; /* of us, of the peer */
	uint32_t fin[2]; /* 1: it is sent */
};

static uint16_t flags_of(const char *s)
{
	uint16_t flags = 0;

	for (; *s; s++) {
		flags |= *s == 'S' ? TCP_SYN :
			 *s == 'F' ? TCP_FIN :
			 *s == 'R' ? TCP_RST :
				     TCP_ACK;
	}
	return flags;
}

/* The packet that a token means; talk moves as when it is sent. */
static void packet_of(struct made *m, const char *token, struct talk *t,
		      uint64_t time_ns)
{
	char on = *token == 'l' || *token == 'k' ? *token++ : 0;
	int who = *token == '<';
	uint16_t flags = flags_of(token + 1);
	bool first_syn = flags == TCP_SYN;
	uint32_t len = strchr(token, 'D') ? 100 : 0;
	uint32_t isn = who ? 5000 : 1000;
	uint32_t seq = flags & TCP_SYN ? isn : t->next[who];

	make_live(m, who ? EVENT_INGRESS : EVENT_EGRESS,
		  on == 'l' ? LISTENER : on == 'k' ? 5 : COOKIE, time_ns);
	make_owner(m, on == 'k' ? EVENT_HOW_KERNEL : EVENT_HOW_NONE, 0);
	if (on == 'l')
		m->frame.flags |= EVENT_ON_LISTENER;
	make_tcp(m, who ? peer : us, who ? PEER_PORT : OUR_PORT,
		 who ? us : peer, who ? OUR_PORT : PEER_PORT, flags, seq,
		 first_syn ? 0 : t->next[!who], len);
	uint32_t end = seq + len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	if ((int32_t)(end - t->next[who]) > 0 || flags & TCP_SYN)
		t->next[who] = end;
}

static struct event_socket event_of(const char *token, bool incoming,
				    uint64_t time_ns)
{
	struct event_socket e =
		socket_event(EVENT_STATE, COOKIE, time_ns, 0, 0);
	bool has_port = *token == 'e' || *token == 'C' || token[1] == 'p';

	socket_ends(&e, us, has_port ? OUR_PORT : 0, peer, PEER_PORT);
	switch (*token) {
	case 'n':
		e.head.type = EVENT_CONNECT;
		break;
	case 'c':
	case 'C':
		e.old_state = TCP_CLOSE;
		e.new_state = TCP_SYN_SENT;
		break;
	case 'e':
		e.old_state = incoming ? TCP_SYN_RECV : TCP_SYN_SENT;
		e.new_state = TCP_ESTABLISHED;
		break;
	case 'z':
		e.head.type = EVENT_CLOSE;
		e.new_state = TCP_CLOSE;
		break;
	default:
		e.new_state = TCP_CLOSE;
		e.error = token[1] == 'r' ? ECONNREFUSED :
			  token[1] == 't' ? ETIMEDOUT :
			  token[1] == 'h' ? EHOSTUNREACH :
			  token[1] == 'R' ? ECONNRESET :
					    0;
	}
	return e;
}

struct script {
	struct made packet[16];
	struct event_socket event[16];
	size_t packets, events;
};

static bool is_packet(const char *token)
{
	return strpbrk(token, "<>") != NULL;
}

static void script_read(struct script *s, const char *happens, bool incoming)
{
	struct talk talk = { { 0 }, { 0 } };
	char text[128], *save = NULL;
	uint64_t time_ns = SECOND;

	s->packets = s->events = 0;
	assert_true(strlen(happens) < sizeof(text));
	memcpy(text, happens, strlen(happens) + 1);
	for (char *t = strtok_r(text, " ", &save); t;
	     t = strtok_r(NULL, " ", &save)) {
		if (is_packet(t))
			packet_of(&s->packet[s->packets++], t, &talk, time_ns);
		else
			s->event[s->events++] = event_of(t, incoming, time_ns);
		time_ns += STEP;
	}
	for (size_t i = 0; i < s->packets; i++)
		s->packet[i].p.frame = &s->packet[i].frame;
}

static void counters_text(const struct model_counters *c, char text[8])
{
	char *out = text;

	if (c->tcp_begun)
		*out++ = 'b';
	if (c->tcp_handshakes)
		*out++ = 'h';
	if (c->tcp_refused)
		*out++ = 'X';
	if (c->tcp_reset)
		*out++ = 'R';
	if (c->tcp_unanswered)
		*out++ = 'U';
	if (c->tcp_failed)
		*out++ = 'F';
	if (c->tcp_ended)
		*out++ = 'E';
	*out = '\0';
	if (c->tcp_begun > 1 || c->tcp_handshakes > 1 || c->tcp_refused > 1 ||
	    c->tcp_reset > 1 || c->tcp_unanswered > 1 || c->tcp_failed > 1 ||
	    c->tcp_ended > 1)
		memcpy(text, "twice", 6);
}

static void check(const struct life_claim *c, const struct model *m,
		  const char *order)
{
	const struct flow *f = table_first(&m->flows);
	uint64_t end = c->end ? SECOND + (uint64_t)(c->end - 1) * STEP : 0;
	char counters[8];

	counters_text(&m->counters, counters);
	if (!f || m->flows.count != 1)
		fail_msg("%s (%s): %zu flows", c->label, order, m->flows.count);
	if (f->state != c->state || strcmp(f->close_reason, c->reason) != 0)
		fail_msg("%s (%s): %s, %s", c->label, order,
			 flow_state_text(f->state), f->close_reason);
	if (f->direction != (c->incoming ? FLOW_INCOMING : FLOW_OUTGOING) ||
	    f->local_is_src == c->incoming)
		fail_msg("%s (%s): direction", c->label, order);
	if (f->rtt_ns != c->rtt * STEP)
		fail_msg("%s (%s): rtt %llu", c->label, order,
			 (unsigned long long)f->rtt_ns);
	if (f->end_ns != end)
		fail_msg("%s (%s): end %llu", c->label, order,
			 (unsigned long long)f->end_ns);
	if (f->first_ns > f->last_ns || (f->end_ns && f->end_ns < f->first_ns))
		fail_msg("%s (%s): a negative duration", c->label, order);
	if (strcmp(counters, c->counters) != 0)
		fail_msg("%s (%s): counted %s", c->label, order, counters);
}

static const struct model_limits small = {
	.flows = 16, .dns = 1, .pings = 1, .processes = 16, .strings = 1 << 20,
};

/* order: p takes the next packet, e the next event. */
static void play(const struct life_claim *c, struct script *s,
		 const char *order)
{
	struct model m;
	struct owner owner;
	size_t packet = 0, event = 0;

	assert_int_equal(model_init(&m, true, &small, 1, NULL), 0);
	for (const char *o = order; *o; o++) {
		if (*o == 'p')
			model_packet(&m, &s->packet[packet++].p, &owner);
		else
			model_event(&m, &s->event[event++].head);
	}
	check(c, &m, order);
	model_release(&m);
}

/* Every merge of both series. */
static unsigned merge(const struct life_claim *c, struct script *s, char *order,
		      size_t at, size_t packets, size_t events)
{
	unsigned n = 0;

	if (packets == 0 && events == 0) {
		order[at] = '\0';
		play(c, s, order);
		return 1;
	}
	if (packets) {
		order[at] = 'p';
		n += merge(c, s, order, at + 1, packets - 1, events);
	}
	if (events) {
		order[at] = 'e';
		n += merge(c, s, order, at + 1, packets, events - 1);
	}
	return n;
}

static void test_every_order(void **state)
{
	(void)state;
	unsigned orders = 0;

	for (size_t i = 0; i < N(lives); i++) {
		struct script s;
		char order[33];

		script_read(&s, lives[i].happens, lives[i].incoming);
		orders += merge(&lives[i], &s, order, 0, s.packets, s.events);
	}
	assert_true(orders > 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
