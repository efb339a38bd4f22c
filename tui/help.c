/* SPDX-License-Identifier: MIT */
#include "tui/help.h"

#include <stdio.h>

#include "core/dnstree.h"
#include "core/flow.h"
#include "core/names.h"
#include "core/text.h"
#include "tui/command.h"
#include "tui/pane.h"

#define TEXT_X 18 /* column of the explanations */

/* A word on the screen: made by the function that the panes use, too. */
struct word { /* a list ends with a row of zeroes */
	const char *(*text)(uint8_t value);
	uint8_t value;
	const char *help;
};

/* clang-format off */
static const struct word flow_words[] = {
	{ flow_state_text, FLOW_SYN_SENT, "a SYN was sent, nothing came back yet" },
	{ flow_state_text, FLOW_SYN_RECEIVED, "SYN and SYN-ACK were seen, the last ACK was not yet" },
	{ flow_state_text, FLOW_OPEN, "the handshake is complete" },
	{ flow_state_text, FLOW_CLOSED, "both sides have ended it" },
	{ flow_state_text, FLOW_RESET, "one side broke it off with RST" },
	{ flow_state_text, FLOW_REFUSED, "the SYN was answered with RST: nobody listens there" },
	{ flow_state_text, FLOW_UNANSWERED, "no SYN got an answer" },
	{ flow_state_text, FLOW_FAILED, "no SYN was sent: no route, no free port, not permitted" },
	{ flow_state_text, FLOW_MIDSTREAM, "it began before its first packet here" },
	{ flow_state_text, FLOW_EXISTING, "it was open before this session" },
	{ flow_state_text, FLOW_LISTENING, "a server waits for connections" },
	{ 0 },
};

static const struct word ping_words[] = {
	{ ping_state_text, PING_ANSWERED, "the reply came" },
	{ ping_state_text, PING_UNANSWERED, "no reply within 5 seconds" },
	{ ping_state_text, PING_ERROR, "an ICMP error came in place of the reply" },
	{ ping_state_text, PING_ORPHAN, "a reply without a request" },
	{ ping_state_text, PING_ANSWERED_BY_US, "this host's kernel replied" },
	{ 0 },
};

static const struct word dns_words[] = {
	{ dns_state_text, DNS_STATE_NODATA, "the name exists, but not with this type" },
	{ dns_state_text, DNS_STATE_NXDOMAIN, "the name does not exist" },
	{ dns_state_text, DNS_STATE_SERVFAIL, "the server could not find out" },
	{ dns_state_text, DNS_STATE_REFUSED, "the server does not want to answer" },
	{ dns_state_text, DNS_STATE_ERROR, "another error code" },
	{ dns_state_text, DNS_STATE_TRUNCATED, "the answer was cut, and no whole one followed over TCP" },
	{ dns_state_text, DNS_STATE_UNANSWERED, "no answer within 10 seconds" },
	{ dns_state_text, DNS_STATE_ORPHAN, "an answer without a query" },
	{ 0 },
};

static const struct word how_words[] = {
	{ names_how, EVENT_HOW_CURRENT, "the process that sent this very packet" },
	{ names_how, EVENT_HOW_RECEIVED, "the process that read it, or was the last to read from the socket" },
	{ names_how, EVENT_HOW_STATE, "the process that connected, listened or closed" },
	{ names_how, EVENT_HOW_CREATED, "the process that made the socket" },
	{ names_how, EVENT_HOW_INHERITED, "the owner of the listening socket it came from" },
	{ names_how, EVENT_HOW_START, "who held the socket when this program began" },
	{ names_how, EVENT_HOW_KERNEL, "the kernel itself; no process sent it or will get it" },
	{ names_how, EVENT_HOW_JOINED, "found after the fact, from the connection's owner" },
	{ names_how, EVENT_HOW_SHARED, "nobody knows: several processes read from the socket" },
	{ names_how, EVENT_HOW_NONE, "nobody knows" },
	{ 0 },
};

static const struct {
	const char *word, *help;
} line_words[] = {
	{ "ev/s", "records a second: packets, and what happens to sockets and processes" },
	{ "lost", "records the kernel could not hand over, exact; 0 means that every packet was seen" },
	{ "unknown", "packets of a socket whose process is not known" },
	{ "evicted", "entries that made room for newer ones because a table was full" },
	{ "hidden", "packets of the connection that carries this session, left out as --not-me says" },
	{ "incomplete", "things of which a part is missing: a text or an owner without room, DNS over TCP with a hole" },
	{ "HELD +N", "the rows are held; N things came since" },
	{ "this session", "the connection that carries this terminal; counted apart" },
	{ "> and <", "the connection goes out from here, or came in" },
	{ "~name", "another process asked for this name, or it was asked for when the connection was in use already" },
	{ "SYN x3", "the SYN was sent three times" },
	{ "< A name", "a query that a process was asked; without <, one that it asked" },
	{ "for curl 9806", "who first asked for what the process asks on, or answers" },
	{ "via 10.0.0.1", "the resolver sent the query on to there; x2: twice; a name: what a CNAME led to" },
	{ "at, by dnsmasq", "the query came in there, and was answered" },
	{ "no query on seen", "it was not sent on: the resolver knows by itself, or asks in another way (encrypted)" },
	{ "port unreach", "ICMP says so: of a connection, a query, a ping, a datagram, with who reported it in the detail" },
	{ "MTU 1280, hop 3", "the longest packet that goes on from there; where a packet's hops ended" },
	{ "no neighbour", "nobody on the link answered for the address (IPv6); the next host is not there" },
	{ "claimed, in use!", "this host takes an address: nobody had it, or somebody has" },
	{ "CONTAINER", "its name, or 12 digits of its id where that is not found" },
}, filters[] = {
	{ "443", "port 443 on either side" },
	{ "10.0.0.0/8", "an address, or a network, on either side" },
	{ "curl", "a word: any text of the row contains it" },
	{ "dst port 53", "with src or dst, host, net, port, portrange" },
	{ "tcp udp icmp dns", "a protocol" },
	{ "container = web", "a container's name; ps.pod, ps.container.image, ps.ancestor likewise" },
	{ "tcp.rtt > 100ms", "a field with = != < <= > >= ~= in contains startswith endswith matches" },
	{ "a and not (b or c)", "together; two terms side by side mean and" },
};
/* clang-format on */

static void write_line(struct page *p, const char *word, enum role role,
		       const char *help)
{
	page_put(p, 2, role, word);
	if ((int)text_width(word) + 3 > TEXT_X)
		page_end(p);
	page_wrap(p, TEXT_X, ROLE_NORMAL, help);
	page_end(p);
}

static void write_words(struct page *p, const char *heading,
			const struct word *w)
{
	page_heading(p, heading);
	for (; w->text; w++)
		write_line(p, w->text(w->value), ROLE_NAME, w->help);
}

static void write_keys(struct page *p)
{
	page_heading(p, "Keys");
	for (size_t i = 0; i < commands_count; i++) {
		char keys[64];

		command_keys_text(&commands[i], keys, sizeof(keys));
		write_line(p, keys, ROLE_KEY, commands[i].help);
	}
	page_put(p, 2, ROLE_DIM, "In a line to type into: Enter takes it, Esc "
				 "leaves it, Tab completes,");
	page_end(p);
	page_put(p, 2, ROLE_DIM, "Up and Down show earlier lines, Ctrl-U "
				 "clears it.");
	page_end(p);
}

void help_write(struct page *p, const char *const *missing)
{
	if (missing && missing[0]) {
		page_heading(p, "What this kernel lacks");
		for (size_t i = 0; missing[i]; i++) {
			page_wrap(p, 2, ROLE_WARN, missing[i]);
			page_end(p);
		}
	}
	write_keys(p);
	page_heading(p, "Panes");
	for (size_t i = 0; i < panes_count; i++)
		write_line(p, panes[i].title, ROLE_NAME, panes[i].help);
	page_heading(p, "Filters, for example");
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		write_line(p, filters[i].word, ROLE_NAME, filters[i].help);
	page_heading(p, "The top line and the rows");
	for (size_t i = 0; i < sizeof(line_words) / sizeof(line_words[0]); i++)
		write_line(p, line_words[i].word, ROLE_NAME,
			   line_words[i].help);
	write_words(p, "States of a connection", flow_words);
	write_words(p, "States of a ping", ping_words);
	write_words(p, "States of a DNS query", dns_words);
	write_words(p, "How the owner is known", how_words);
}
