/* SPDX-License-Identifier: MIT */
#include "core/filter.h"

#include <errno.h>
#include <stdio.h>

#include "core/grammar.h"
#include "tests/sample.h"

/* One letter for each row of the sample, in its order. */
static const char letters[] = "FLSPEDTpsR";

/*
 * Which rows match: F flow, L listener, S series, P ping, E ICMP error, D DNS
 * over UDP, T DNS over TCP and IPv6, p process, s SYN, R DNS response.
 */
static const struct match_claim {
	const char *filter, *rows;
} matches[] = {
	{ "", "FLSPEDTpsR" },
	{ " \t\n", "FLSPEDTpsR" },

	/* What people type. */
	{ "443", "Fs" },
	{ "53", "DTR" },
	{ "10.0.0.5", "FSPEDsR" },
	{ "10.0.0.0/8", "FSPEDsR" },
	{ "8.8.8.8", "SP" },
	{ "2001:db8::/32", "T" },
	{ "::ffff:8.8.8.8", "SP" },
	{ "::ffff:8.8.8.0/120", "SP" },
	{ "0.0.0.0/0", "FSPEDsR" },
	{ "curl", "FSPEDTpsR" },
	{ "CURL", "FSPEDTpsR" },
	{ "/usr/bin", "FSPEDTpsR" },
	{ "93.184", "FsR" },
	{ "xample.co", "FSPEDTpsR" }, /* the command line has it */
	{ "cdn.net", "R" },
	{ "https", "Fs" },
	{ "listening", "L" },
	{ "unreachable", "E" },
	{ "no_socket", "R" },
	{ "net.drop = no_socket", "R" },
	{ "net.drop = SOCKET", "" },
	{ "net.drop != NO_SOCKET", "" },
	{ "not net.drop = NO_SOCKET", "FLSPEDTps" },
	{ "nosuchthing", "" },
	{ "'443/tcp'", "" },
	{ "0xdeadbeef", "" },
	{ "sub-100", "" },
	{ "Std::80", "" },
	{ "no.port:8o", "" },
	{ "'443'", "" },
	{ "src 10.0.0.5", "FSPDs" },
	{ "dst 10.0.0.5", "ER" },
	{ "src host 10.0.0.5", "FSPDs" },
	{ "dst net 10.0.0.0/24", "EDR" },
	{ "net 8.8.0.0/16", "SP" },
	{ "host 8.8.8.8", "SP" },
	{ "host example.com", "FDsR" },
	{ "host Example.Com.", "FDsR" },
	{ "dst example.com", "Fs" },
	{ "src example.com", "" },
	{ "dst.name = example.com", "Fs" },
	{ "net.dip.names endswith ('.org', '.com')", "Fs" },
	{ "port 53", "DTR" },
	{ "port domain", "DTR" },
	{ "src port 53", "R" },
	{ "dst port https", "Fs" },
	{ "portrange 400-500", "Fs" },
	{ "dst portrange 53-53", "DT" },
	{ "tcp", "FLTs" },
	{ "udp", "DR" },
	{ "icmp", "SPE" },
	{ "icmp6", "" },
	{ "dns", "DTR" },
	{ "ip", "FSPEDsR" },
	{ "ip6", "LT" },
	{ "src 10.0.0.5 port 443", "Fs" },
	{ "tcp port 443", "Fs" },
	{ "port 80 or 443", "Fs" },

	/* and, or, not, ( ). */
	{ "tcp and dns", "T" },
	{ "tcp && dns", "T" },
	{ "tcp dns", "T" },
	{ "icmp or dns", "SPEDTR" },
	{ "icmp || dns", "SPEDTR" },
	{ "not tcp", "SPEDpR" },
	{ "! tcp", "SPEDpR" },
	{ "!tcp", "SPEDpR" },
	{ "not not tcp", "FLTs" },
	{ "NOT Tcp AND Dns", "DR" },
	{ "tcp or udp and ip6", "FLTs" },
	{ "(tcp or udp) and ip6", "LT" },
	{ "ip6 (tcp or udp)", "LT" },
	{ "not (tcp or udp)", "SPEp" },
	{ "not tcp udp", "DR" },
	{ "tcp or udp or icmp", "FLSPEDTsR" },
	{ "tcp and ip and port 443", "Fs" },
	{ "not port 53", "FLSPEps" },
	{ "not (port 53 or icmp) and not ps.name = curl", "L" },
	{ "(((tcp)))", "FLTs" },

	/* Numbers, sizes, durations, times. */
	{ "net.dport = 443", "Fs" },
	{ "net.dport == 443", "Fs" },
	{ "net.dport=443", "Fs" },
	{ "dst.port = https", "Fs" },
	{ "net.dport != 443", "DTR" },
	{ "net.dport <> 443", "DTR" },
	{ "net.dport < 443", "DT" },
	{ "net.dport <= 443", "FDTs" },
	{ "net.dport > 443", "R" },
	{ "net.dport >= 443", "FsR" },
	{ "net.dport in (53, 443)", "FDTs" },
	{ "net.dport in 53", "DT" },
	{ "net.dport not in (53, 443)", "LSPEpR" },
	{ "not net.dport in (53, 443)", "LSPEpR" },
	{ "src.port > 40000 and pid > 31k and pid < 0x7A6a", "Fs" },
	{ "pid = 31337", "FSPEDTpsR" },
	{ "tcp.rtt > 10ms", "F" },
	{ "tcp.rtt > 12ms", "" },
	{ "tcp.rtt >= 12ms", "F" },
	{ "tcp.rtt in (12ms, 1h)", "F" },
	{ "tcp.rtt > 0", "F" },
	{ "icmp.rtt <= 13ms", "SP" },
	{ "tcp.bytes = 4k", "F" },
	{ "tcp.bytes < 4KiB", "F" },
	{ "net.size > 64", "R" },
	{ "evt.time >= '2024-05-01T10:00:01Z'", "FSPEs" },
	{ "evt.time = '2024-05-01T10:00:02Z'", "SPE" },
	{ "evt.time = '2024-05-01T10:00:02.5Z'", "E" },
	{ "evt.time < '2024-05-01T10:00:01Z'", "LDTpR" },
	{ "evt.time > 1714557601000000000", "SPE" },
	{ "tcp.syn", "s" },
	{ "tcp.syn and not tcp.ack", "s" },
	{ "not tcp.syn", "FLSPEDTpR" },
	{ "tcp.ack = false", "s" },
	{ "tcp.syn != true", "" },
	{ "tcp.flags = SYN", "s" },

	/* Addresses. */
	{ "net.dip = 8.8.8.8", "SP" },
	{ "net.dip = '8.8.8.8'", "SP" },
	{ "net.dip = 8.0.0.0/8", "SP" },
	{ "net.dip = 8.8.8.5/8", "SP" },
	{ "net.dip != 8.0.0.0/8", "FEDTsR" },
	{ "net.dip in (8.8.8.8, 2001:db8::/64)", "SPT" },
	{ "dst > 9.0.0.0", "FEDsR" },
	{ "dst <= 8.8.8.8", "SP" },
	{ "net_packet_tcp.args.dst = 93.184.216.34", "Fs" },
	{ "src = 10.0.0.4/31", "FSPDs" },
	{ "src = 10.0.0.4/32", "" },

	/* Texts. */
	{ "ps.name = curl", "FSPEDTpsR" },
	{ "ps.name = CURL", "" },
	{ "ps.name ~= CURL", "FSPEDTpsR" },
	{ "ps.name != curl", "" },
	{ "not ps.name = curl", "L" },
	{ "ps.exe startswith '/usr'", "FSPEDTpsR" },
	{ "ps.exe startswith ('/bin', '/usr')", "FSPEDTpsR" },
	{ "ps.exe endswith \"/curl\"", "FSPEDTpsR" },
	{ "ps.exe contains 'BIN'", "" },
	{ "ps.exe icontains 'BIN'", "FSPEDTpsR" },
	{ "ps.exe istartswith /USR", "FSPEDTpsR" },
	{ "ps.exe iendswith CURL", "FSPEDTpsR" },
	{ "ps.name in (wget, curl)", "FSPEDTpsR" },
	{ "ps.name in (wget, Curl)", "" },
	{ "ps.name iin (wget, Curl)", "FSPEDTpsR" },
	{ "ps.name matches 'c*'", "FSPEDTpsR" },
	{ "ps.name matches 'C*'", "" },
	{ "ps.name imatches 'C?R?'", "FSPEDTpsR" },
	{ "ps.name matches 'c?l'", "" },
	{ "ps.name < d and ps.name > b", "FSPEDTpsR" },
	{ "ps.parent.name = bash", "FSPEDTpsR" },
	{ "ps.cmdline = 'curl example.com'", "FSPEDTpsR" },
	{ "ps.name = '\\x63url'", "FSPEDTpsR" },
	{ "proto = tcp", "FLTs" },
	{ "net.l4.proto in (Udp, IcMp)", "SPEDR" },
	{ "tcp.state = OPEN", "F" },
	{ "icmp.state = answered", "P" },
	{ "dns.rr = a", "DR" },
	{ "dns.type = AAAA", "T" },
	{ "dns.rcode = noerror", "DR" },
	{ "dns.name = example.com", "FDR" },
	{ "dns.name = 'EXAMPLE.com.'", "FDR" },
	{ "dns.name = '.'", "T" },
	{ "dns.name endswith '.com'", "FDR" },
	{ "dns.name endswith '.com.'", "FDR" },
	{ "dns.name matches 'ex*.COM'", "FDR" },
	{ "dns.name contains 'PLE.'", "FDR" },

	/* Lists. */
	{ "dns.answers = '93.184.216.34'", "R" },
	{ "dns.answers = 93.184.216.34", "R" },
	{ "dns.answers contains CDN", "R" },
	{ "dns.answers in ('a', 'X.cdn.net.')", "R" },
	{ "dns.answers != 'x.cdn.net'", "" },
	{ "dns.answers != 'y.cdn.net'", "R" },
	{ "dns.answers intersects ('x.cdn.net', '93.184.216.34')", "R" },
	{ "dns.answers intersects ('x.cdn.net', '1.2.3.4')", "" },
	{ "dns.answers.ip matches '93.*'", "R" },
	{ "ps.ancestor = bash", "FSPEDTpsR" },
	{ "dns.options in (no_recursion, standard)", "R" },

	/* A field that a row does not have. */
	{ "tcp.close = fin", "" },
	{ "tcp.close != fin", "" },
	{ "not tcp.close = fin", "FLSPEDTpsR" },
	{ "tcp.close not = fin", "FLSPEDTpsR" },
};

static void check_match(const struct match_claim *c, const struct sample *s)
{
	struct errmsg err;
	struct filter *f;
	char rows[SAMPLE_ROWS + 1];
	size_t n = 0;

	if (filter_parse(&f, c->filter, &err))
		fail_msg("%s: %s", c->filter, err.text);
	for (int i = 0; i < SAMPLE_ROWS; i++) {
		bool match = filter_match(f, &s->row[i]);
		if (match)
			rows[n++] = letters[i];
		/* What can never match does not match. */
		if (match && !filter_can_match(f, s->row[i].kind, NULL))
			fail_msg("%s: %c matches, but cannot", c->filter,
				 letters[i]);
	}
	rows[n] = '\0';
	if (strcmp(rows, c->rows))
		fail_msg("%s: matches \"%s\", wanted \"%s\"", c->filter, rows,
			 c->rows);
	filter_free(f);
}

static void test_match(void **state)
{
	struct sample s;

	(void)state;
	sample_init(&s);
	for (size_t i = 0; i < N(matches); i++)
		check_match(&matches[i], &s);
	sample_release(&s);
}

static const struct bad_claim {
	const char *filter;
	unsigned column;
	const char *message; /* a part of it */
} bads[] = {
	{ "net.dprt = 53", 1, "did you mean net.dport?" },
	{ "443/tcp", 1, "port 443 tcp; for the text write '443/tcp'" },
	{ "curl 53/UDP", 6, "port 53 UDP;" },
	{ "1.2.3.4:80", 1, "host 1.2.3.4 port 80; for the text write '1.2.3.4:80'" },
	{ "not [2001:db8::1]:53", 5, "host 2001:db8::1 port 53;" },
	{ "dst 10.0.0.9:80", 5, "host 10.0.0.9 port 80;" },
	{ "example.com:443", 1, "host example.com port 443;" },
	{ "0x35", 1, "in decimal: 53; for the text write '0x35'" },
	{ "8000-8100", 1, "portrange 8000-8100;" },
	{ "10.0.0.1-10.0.0.9", 1, "as a network: 10.0.0.0/24;" },
	{ "xylophone = 53", 1, "there is no xylophone" },
	{ "tcp and net.dprt = 53", 9, "net.dprt" },
	{ "net.dip contains 3", 9, "net.dip is of type address, which contains does not take" },
	{ "net.dport contains 3", 11, "type number" },
	{ "net.dport ~= 3", 11, "type number" },
	{ "net.dport iin (3)", 11, "type number" },
	{ "tcp.syn > 1", 9, "type yes/no" },
	{ "dns.answers < a", 13, "type list of text" },
	{ "net.dport = abc-xyz", 13, "expected a port: 0 to 65535" },
	{ "net.dport = 70000", 13, "expected a port" },
	{ "net.dport = -1", 13, "expected a port" },
	{ "port 65536", 6, "expected a port" },
	{ "port", 5, "but the filter ends here" },
	{ "src port", 9, "expected a port" },
	{ "port (53)", 6, "not (" },
	{ "portrange 80", 11, "two ports such as 8000-8100" },
	{ "portrange 90-80", 11, "two ports" },
	{ "portrange 1-65536", 11, "two ports" },
	{ "src 443", 5, "for a port: port 443" },
	{ "net example.com", 5, "a network such as 10.0.0.0/8" },
	{ "host a/b", 6, "an address, a network or a name" },
	{ "src and dst", 5, "expected an address, a network or a name, not and" },
	{ "10.0.0.0/33", 1, "prefix length of 0 to 32" },
	{ "fe80::/129", 1, "prefix length of 0 to 128" },
	{ "70000", 1, "a number alone is a port" },
	{ "99999999999999999999999", 1, "a number alone is a port" },
	{ "tcp.rtt > 5", 11, "a duration such as 10ms" },
	{ "tcp.rtt > 5x", 11, "a duration such as 10ms" },
	{ "tcp.rtt > '5ms'", 11, "a duration such as 10ms" },
	{ "tcp.bytes > lots", 13, "a size such as 1000 or 64KiB" },
	{ "ps.pid = curl", 10, "a number such as 1000 or 2k" },
	{ "ps.pid = 99999999999999999999", 10, "a number" },
	{ "ps.pid = 20000000000G", 10, "a number" },
	{ "ps.pid = 0x", 10, "a number" },
	{ "evt.time > yesterday", 12, "a time such as '2024-05-01 10:00:00'" },
	{ "evt.time > '2024-05-01 25:00:00'", 12, "a time" },
	{ "net.sip = example.com", 11, "an address or a network" },
	{ "net.sip > 10.0.0.0/8", 11, "a network has no order" },
	{ "tcp.syn = 2", 11, "true or false" },
	{ "tcp.rtt", 8, "expected an operator after tcp.rtt (duration)" },
	{ "dns.name contans x", 10, "did you mean contains?" },
	{ "comm curl", 6, "expected an operator after ps.name (text)" },
	{ "net.dport =", 12, "expected a value, but the filter ends here" },
	{ "ps.name = and tcp", 11, "expected a text, not and" },
	{ "ps.name = (a, b)", 11, "a list goes with in" },
	{ "ps.name in ()", 13, "expected a text, not )" },
	{ "ps.name in (a b)", 15, "expected , or ), not b" },
	{ "ps.name in (a,", 15, "but the filter ends here" },
	{ "ps.name in (a", 14, "expected , or )" },
	{ "tcp and", 8, "but the filter ends here" },
	{ "and tcp", 1, "not and" },
	{ "tcp or or udp", 8, "not or" },
	{ "not", 4, "but the filter ends here" },
	{ "(tcp", 1, "this ( has no )" },
	{ "tcp (udp or (icmp)", 5, "this ( has no )" },
	{ "tcp)", 4, "this ) has no (" },
	{ "()", 2, "expected a field, a word" },
	{ "(tcp, udp)", 5, "expected and, or, or ), not ," },
	{ "tcp, udp", 4, "expected and, or, or the end, not ," },
	{ "= 5", 1, "expected a field" },
	{ "contains x", 1, "a field before the operator" },
	{ "'x' = 5", 1, "a field before the operator" },
	{ "'abc", 1, "no closing quote" },
	{ "ps.name = 'abc", 11, "no closing quote" },
	{ "ps.name = 'a\\qc'", 13, "no such escape" },
	{ "ps.name = 'a\\x0'", 13, "no such escape" },
	{ "ps.name = 'a\\x00'", 13, "no such escape" },
	{ "tcp & udp", 5, "no such sign" },
	{ "tcp ~ udp", 5, "no such sign" },
	{ "net.sip[0] = 1.2.3.4", 1, "no net.sip[0]" },
	{ "tcp.syn[0]", 1, "tcp.syn has no keys" },
	{ "ps.name fuzzy 'crl'", 9, "fuzzy is not in this version" },
	{ "length(dns.name) > 5", 1, "the function length is not in this version" },
	{ "\xc3\xa4 and net.dprt = 53", 7, "net.dprt" },
	{ "\xff and net.dprt = 53", 7, "net.dprt" },
	{ "tcp\nand\tnet.dprt = 53", 9, "net.dprt" },
};

static void check_bad(const struct bad_claim *c)
{
	struct errmsg err = { 0 };
	struct filter *f;
	unsigned column = 0;

	int rc = filter_parse(&f, c->filter, &err);
	if (rc != -EINVAL || f)
		fail_msg("%s: %d, wanted -EINVAL", c->filter, rc);
	sscanf(err.text, "column %u:", &column);
	if (column != c->column || !strstr(err.text, c->message))
		fail_msg("%s: wanted column %u, %s\ngot %s", c->filter,
			 c->column, c->message, err.text);
	/* The caret stands under that column. */
	const char *source = strchr(err.text, '\n');
	const char *mark = source ? strchr(source + 1, '\n') : NULL;
	if (!mark || mark[strlen(mark) - 1] != '^')
		fail_msg("%s: no caret\n%s", c->filter, err.text);
	if (c->filter[0] > 0 && strlen(mark) != 3 + c->column)
		fail_msg("%s: caret at %zu\n%s", c->filter, strlen(mark) - 3,
			 err.text);
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bads); i++)
		check_bad(&bads[i]);
}

/* `what` times n, with a comma or nothing between. */
static char *repeat(const char *before, const char *what, size_t n,
		    const char *between, const char *behind)
{
	size_t size = strlen(before) + strlen(behind) + 1 +
		      n * (strlen(what) + strlen(between));
	char *text = malloc(size);

	assert_non_null(text);
	size_t used = (size_t)snprintf(text, size, "%s", before);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", what,
					 i + 1 < n ? between : "");
	snprintf(text + used, size - used, "%s", behind);
	return text;
}

static const struct limit_claim {
	const char *label, *before, *what;
	size_t n;
	const char *between, *behind;
	const char *message; /* NULL: it is read */
} limits[] = {
	{ "256 parentheses", "", "(", 256, "", "tcp", "this ( has no )" },
	{ "257 parentheses", "", "(", 257, "", "tcp", "more than 256" },
	{ "10,000 parentheses", "", "(", 10000, "", "tcp", "more than 256" },
	{ "many, side by side", "", "(tcp)", 10000, "", "", NULL },
	{ "1,000 values", "port 1 net.dport in (", "1", 1000, ",", ")", NULL },
	{ "1,001 values", "net.dport in (", "1", 1001, ",", ")", "at most 1000" },
	{ "64 KiB", "", "t ", 32768, "", "", NULL },
	{ "64 KiB and one", "", "t ", 32768, "", "t", "at most 65536 bytes" },
	{ "many nots", "", "not ", 16000, "", "tcp", NULL },
	{ "many signs", "", "!", 65532, "", "tcp", NULL },
	{ "many names", "", "host a ", 9000, "", "", NULL },
	{ "many ors", "tcp", " or tcp", 9000, "", "", NULL },
	{ "a long word", "", "x", 65536, "", "", NULL },
	{ "a long text", "'", "x", 65534, "", "'", NULL },
	{ "a long field", "", "x", 60000, "", " = 5", "there is no xxx" },
	{ "a long value", "tcp.rtt = ", "9", 60000, "", "", "a duration" },
};

static void test_limits(void **state)
{
	struct sample s;

	(void)state;
	sample_init(&s);
	for (size_t i = 0; i < N(limits); i++) {
		const struct limit_claim *c = &limits[i];
		char *text = repeat(c->before, c->what, c->n, c->between,
				    c->behind);
		struct errmsg err = { 0 };
		struct filter *f;
		int rc = filter_parse(&f, text, &err);
		if (!rc != !c->message)
			fail_msg("%s: %d %s", c->label, rc, err.text);
		if (c->message && !strstr(err.text, c->message))
			fail_msg("%s: %s", c->label, err.text);
		for (int k = 0; !rc && k < SAMPLE_ROWS; k++)
			filter_match(f, &s.row[k]);
		filter_free(f);
		free(text);
	}
	sample_release(&s);
}

/* Any cut of a filter gives a message or a filter, never anything else. */
static void test_every_cut(void **state)
{
	static const char whole[] =
		"not (src net 10.0.0.0/8 port 80 or net.dport not in (53, 'x\\x41')) && "
		"ps.name imatches \"c\\\"*\" and tcp.rtt >= 10ms!tcp.syn";

	(void)state;
	for (size_t from = 0; from < sizeof(whole); from++) {
		for (size_t len = 0; from + len < sizeof(whole); len++) {
			char text[sizeof(whole)];
			struct errmsg err = { 0 };
			struct filter *f;
			memcpy(text, whole + from, len);
			text[len] = '\0';
			int rc = filter_parse(&f, text, &err);
			assert_true(rc == 0 || (rc == -EINVAL && *err.text));
			filter_free(f);
		}
	}
}

static const char *const pieces[] = {
	"(", ")", "and", "or", "not", "!", "&&", "=", "!=", "<", "~=", "in",
	"contains", "matches", "'a*b'", "\"x\\x41\"", "'", "\\", ",",
	"net.dport", "src", "dst", "host", "net", "port", "portrange", "tcp",
	"udp", "80", "443", "10.0.0.5", "10.0.0.0/8", "curl", "ps.name",
	"tcp.rtt", "10ms", "dns.answers", "intersects", "tcp.syn", "true",
	"\xff", "[0]", "fuzzy", "length(", "1-65535", "dns.name", "icmp.seq",
};

/* What holds for every filter, in whatever order its pieces come. */
static void check_any(const char *text, const struct sample *s)
{
	struct errmsg err = { 0 };
	struct filter *f, *denied;
	char not_text[512];

	if (filter_parse(&f, text, &err)) {
		if (strncmp(err.text, "column ", 7) || !strchr(err.text, '^'))
			fail_msg("%s: %s", text, err.text);
		return;
	}
	if (!f)
		return;
	snprintf(not_text, sizeof(not_text), "not (%s)", text);
	if (filter_parse(&denied, not_text, &err))
		fail_msg("%s: %s", not_text, err.text);
	for (int i = 0; i < SAMPLE_ROWS; i++) {
		bool match = filter_match(f, &s->row[i]);
		if (filter_match(denied, &s->row[i]) == match)
			fail_msg("%s: not the opposite of it", not_text);
		if (match && !filter_can_match(f, s->row[i].kind, NULL))
			fail_msg("%s: matches, but cannot", text);
	}
	filter_free(f);
	filter_free(denied);
}

static void test_any(void **state)
{
	uint32_t random = 12345;
	struct sample s;

	(void)state;
	sample_init(&s);
	for (int run = 0; run < 20000; run++) {
		char text[256] = "";
		size_t used = 0;
		random = random * 1664525 + 1013904223;
		for (unsigned n = 1 + (random >> 16) % 10; n > 0; n--) {
			random = random * 1664525 + 1013904223;
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s%s",
				pieces[(random >> 16) % N(pieces)],
				random >> 30 ? " " : "");
		}
		check_any(text, &s);
	}
	sample_release(&s);
}

static const struct can_claim {
	const char *filter;
	unsigned rows;
	const char *why; /* NULL: they can */
} cans[] = {
	{ "port 53", ROW_FLOW, NULL },
	{ "port 53", ROW_DNS | ROW_ANSWER, NULL },
	{ "port 53", ROW_SERIES | ROW_PING, "net.dport" },
	{ "src port 53", ROW_SERIES | ROW_PING, "net.sport" },
	{ "not port 53", ROW_SERIES | ROW_PING, NULL },
	{ "not not port 53", ROW_SERIES | ROW_PING, "net.dport" },
	{ "port 53 or icmp", ROW_PING, NULL },
	{ "port 53 and icmp", ROW_PING, "net.dport" },
	{ "icmp and port 53", ROW_DNS, "icmp" },
	{ "not tcp.syn and port 53", ROW_PING, "net.dport" },
	{ "(port 53 or curl) and ps.name = curl", ROW_PING, NULL },
	{ "(port 53 or dns) and ps.name = curl", ROW_PING, "net.dport" },
	{ "not (port 53 and icmp)", ROW_PING, NULL },
	{ "not (icmp or port 53)", ROW_PING, NULL },
	{ "not (curl or not port 53)", ROW_PING, "net.dport" },
	{ "icmp.seq = 1", ROW_SERIES, "icmp.seq" },
	{ "icmp.seq = 1", ROW_SERIES | ROW_PING, NULL },
	{ "dns.name = x", ROW_FLOW, NULL },
	{ "curl", ROW_PROC, NULL },
	{ "evt.name = net_packet_tcp", ROW_FLOW, "evt.name" },
	{ "evt.name = net_packet_tcp", ROW_PACKET, NULL },
};

static void test_can(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(cans); i++) {
		struct filter *f;
		const char *why = NULL;
		assert_int_equal(filter_parse(&f, cans[i].filter, NULL), 0);
		bool can = filter_can_match(f, cans[i].rows, &why);
		if (can != !cans[i].why)
			fail_msg("%s: can %d", cans[i].filter, can);
		if (!can && strcmp(why ? why : "nothing", cans[i].why))
			fail_msg("%s: why %s, wanted %s", cans[i].filter,
				 why ? why : "nothing", cans[i].why);
		filter_free(f);
	}
	assert_true(filter_can_match(NULL, ROW_FLOW, NULL));
}

static void test_asks(void **state)
{
	struct filter *f;

	(void)state;
	assert_false(filter_asks(NULL, ROW_ANSWER, ROW_DNS));
	assert_int_equal(filter_parse(&f, "dns.name = x or curl", NULL), 0);
	assert_false(filter_asks(f, ROW_ANSWER, ROW_DNS));
	assert_string_equal(filter_source(f), "dns.name = x or curl");
	filter_free(f);
	assert_int_equal(filter_parse(&f, "tcp not dns.record.data = x", NULL), 0);
	assert_true(filter_asks(f, ROW_ANSWER, ROW_DNS));
	assert_false(filter_asks(f, ROW_PING, ROW_SERIES));
	filter_free(f);
	assert_string_equal(filter_source(NULL), "");
}

/* evt.name is of one event of a packet. */
static void test_event(void **state)
{
	struct sample s;
	struct filter *f;

	(void)state;
	sample_init(&s);
	assert_int_equal(filter_parse(&f, "event = NET_PACKET_TCP port 443", NULL), 0);
	assert_false(filter_match(f, &s.row[SYN]));
	s.row[SYN].event_name = "net_packet_tcp";
	assert_true(filter_match(f, &s.row[SYN]));
	s.row[SYN].event_name = "net_packet_ipv4";
	assert_false(filter_match(f, &s.row[SYN]));
	filter_free(f);
	sample_release(&s);
}

static const struct glob_claim {
	const char *pattern, *text;
	bool want;
} globs[] = {
	{ "", "", true }, { "", "a", false }, { "*", "", true },
	{ "*", "abc", true }, { "a*c", "abc", true }, { "a*c", "ac", true },
	{ "a*c", "abcd", false }, { "*b*", "abc", true },
	{ "a?c", "abc", true }, { "a?c", "ac", false },
	{ "a?c", "a\xc3\xa4" "c", true }, { "?", "\xe6\x97\xa5", true },
	{ "??", "\xe6\x97\xa5", false }, { "*?", "\xe6\x97\xa5", true },
	{ "*??", "\xe6\x97\xa5", false }, { "**a**", "bab", true },
	{ "a*b*c*d", "aXbXcXbXcXd", true }, { "a\\*", "a*", false },
	{ "*.example.com", "www.example.com", true },
	{ "*aaaaaaaaab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
};

static void test_glob(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(globs); i++)
		if (clause_glob(globs[i].pattern, globs[i].text, false) !=
		    globs[i].want)
			fail_msg("%s on %s", globs[i].pattern, globs[i].text);
	assert_true(clause_glob("A*", "abc", true));
	assert_false(clause_glob("A*", "abc", false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_can),
		cmocka_unit_test(test_asks),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_glob),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
