/* SPDX-License-Identifier: MIT */
#include "core/rdata.h"

#include <time.h>

#include "core/line.h"
#include "core/names.h"
#include "core/rdopt.h"

/*
 * RR types the program decodes. Each letter of `parts` is one part on the
 * wire:
 *   4 6    an address            n      a name (compressed or not)
 *   b s w  a number of 8, 16, 32 bits   T  a type
 *   e      a time (RFC 4034 3.2)        c  a character-string
 *   t      character-strings to the end (none too: RFC 6763 6.1)
 *   g      a tag: a character-string without quotes (RFC 8659 4.1.1)
 *   q      the rest as one quoted text
 *   X B    the rest in hex, base64
 *   h H    a length octet and that much in hex ("-": none), base32hex
 *   u      a number of 48 bits          L      64 bits in hex (RFC 6742 2.1.2)
 *   z      a length of 16 bits, as a number, and that much in base64
 *   m      a type bitmap to the end (RFC 4034 4.1.2)
 *   E      octets in hex with dashes (RFC 7043), all of the rest
 *   I R    an IPSECKEY; what an AMTRELAY has behind its precedence
 *   v o l a    SvcParams, EDNS options, a LOC, an APL: see core/rdopt.c
 * A type that is not here is shown as RFC 3597 5 says.
 */
static const struct rr_type {
	uint16_t number; /* IANA "Resource Record (RR) TYPEs" */
	const char *parts;
	const char *source;
} rr_types[] = {
	{ 1, "4", "A: RFC 1035 3.4.1" },
	{ 2, "n", "NS: RFC 1035 3.3.11" },
	{ 3, "n", "MD: RFC 1035 3.3.4" },
	{ 4, "n", "MF: RFC 1035 3.3.5" },
	{ 5, "n", "CNAME: RFC 1035 3.3.1" },
	{ 6, "nnwwwww", "SOA: RFC 1035 3.3.13" },
	{ 7, "n", "MB: RFC 1035 3.3.3" },
	{ 8, "n", "MG: RFC 1035 3.3.6" },
	{ 9, "n", "MR: RFC 1035 3.3.8" },
	{ 12, "n", "PTR: RFC 1035 3.3.12" },
	{ 13, "cc", "HINFO: RFC 1035 3.3.2" },
	{ 14, "nn", "MINFO: RFC 1035 3.3.7" },
	{ 15, "sn", "MX: RFC 1035 3.3.9" },
	{ 16, "t", "TXT: RFC 1035 3.3.14" },
	{ 17, "nn", "RP: RFC 1183 2.2" },
	{ 18, "sn", "AFSDB: RFC 1183 1" },
	{ 19, "c", "X25: RFC 1183 3.1" },
	{ 20, "t", "ISDN: RFC 1183 3.2" },
	{ 21, "sn", "RT: RFC 1183 3.3" },
	{ 23, "n", "NSAP-PTR: RFC 1348" },
	{ 24, "TbbweesnB", "SIG: RFC 2535 4.1" },
	{ 25, "sbbB", "KEY: RFC 2535 3.1" },
	{ 26, "snn", "PX: RFC 2163 4" },
	{ 27, "ccc", "GPOS: RFC 1712 3" },
	{ 28, "6", "AAAA: RFC 3596 2.2" },
	{ 29, "l", "LOC: RFC 1876 2" },
	{ 33, "sssn", "SRV: RFC 2782" },
	{ 35, "sscccn", "NAPTR: RFC 3403 4.1" },
	{ 36, "sn", "KX: RFC 2230 3.1" },
	{ 37, "ssbB", "CERT: RFC 4398 2" },
	{ 39, "n", "DNAME: RFC 6672 2.1" },
	{ 41, "o", "OPT: RFC 6891 6.1.2" },
	{ 42, "a", "APL: RFC 3123 4" },
	{ 43, "sbbX", "DS: RFC 4034 5.1" },
	{ 44, "bbX", "SSHFP: RFC 4255 3.1" },
	{ 45, "I", "IPSECKEY: RFC 4025 2.1" },
	{ 46, "TbbweesnB", "RRSIG: RFC 4034 3.1" },
	{ 47, "nm", "NSEC: RFC 4034 4.1" },
	{ 48, "sbbB", "DNSKEY: RFC 4034 2.1" },
	{ 49, "B", "DHCID: RFC 4701 3.1" },
	{ 50, "bbshHm", "NSEC3: RFC 5155 3.2" },
	{ 51, "bbsh", "NSEC3PARAM: RFC 5155 4.2" },
	{ 52, "bbbX", "TLSA: RFC 6698 2.1" },
	{ 53, "bbbX", "SMIMEA: RFC 8162 2" },
	{ 56, "t", "NINFO: IANA registration of 2008-01-21" },
	{ 57, "sbbB", "RKEY: IANA registration of 2008-01-21" },
	{ 58, "nn", "TALINK: draft-wijngaards-dnsop-trust-history-02" },
	{ 59, "sbbX", "CDS: RFC 7344 3.1" },
	{ 60, "sbbB", "CDNSKEY: RFC 7344 3.2" },
	{ 61, "B", "OPENPGPKEY: RFC 7929 2.1" },
	{ 62, "wsm", "CSYNC: RFC 7477 2.1" },
	{ 63, "wbbX", "ZONEMD: RFC 8976 2.2" },
	{ 64, "snv", "SVCB: RFC 9460 2.2" },
	{ 65, "snv", "HTTPS: RFC 9460 9" },
	{ 66, "Tbsn", "DSYNC: RFC 9859 2.1" },
	{ 99, "t", "SPF: RFC 7208 3.1" },
	{ 104, "sL", "NID: RFC 6742 2.1" },
	{ 105, "s4", "L32: RFC 6742 2.2" },
	{ 106, "sL", "L64: RFC 6742 2.3" },
	{ 107, "sn", "LP: RFC 6742 2.4" },
	{ 108, "E", "EUI48: RFC 7043 3" },
	{ 109, "E", "EUI64: RFC 7043 4" },
	{ 249, "nwwsszz", "TKEY: RFC 2930 2" },
	{ 250, "nuszssz", "TSIG: RFC 8945 4.2" },
	{ 256, "ssq", "URI: RFC 7553 4.5" },
	{ 257, "bgq", "CAA: RFC 8659 4.1" },
	{ 258, "t", "AVC: IANA registration of 2016-02-26" },
	{ 260, "bR", "AMTRELAY: RFC 8777 4.2" },
	{ 261, "t", "RESINFO: RFC 9606 3" },
	{ 262, "t", "WALLET: IANA registration of 2024-06-24" },
	{ 32768, "sbbX", "TA: DNSSEC Trust Authorities, IANA 2005-12-13" },
	{ 32769, "sbbX", "DLV: RFC 4431 2" },
};

static const struct rr_type *find_type(uint16_t number)
{
	size_t low = 0, high = sizeof(rr_types) / sizeof(rr_types[0]);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (rr_types[mid].number == number)
			return &rr_types[mid];
		if (rr_types[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static struct span rest(struct cursor *c)
{
	return cursor_span(c, cursor_left(c));
}

/* Within data of several parts, a name ends with the root's dot: RFC 1035 5.1. */
static void name(struct cursor *c, struct line *l, bool alone, size_t *work)
{
	char text[DNS_NAME_MAX];

	if (dns_name_walk(c, l->full ? NULL : text, work) != DNS_OK) {
		c->failed = true;
		return;
	}
	if (l->full)
		return;
	line_put(l, text);
	if (!alone)
		line_char(l, '.');
}

static void time_text(struct line *l, uint32_t seconds)
{
	time_t t = seconds;
	struct tm tm;
	char text[32];

	if (!l->full && gmtime_r(&t, &tm) &&
	    strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm) > 0)
		line_put(l, text);
}

static void type_text(struct line *l, uint16_t type)
{
	char text[NAMES_TEXT];

	if (!l->full)
		line_put(l, names_dns_type(type, text));
}

static void strings(struct cursor *c, struct line *l, bool brief)
{
	size_t n = 0;

	while (cursor_left(c) > 0) {
		struct span s = cursor_span(c, cursor_u8(c));
		if (brief) {
			line_clean(l, s);
			continue;
		}
		if (n++ > 0)
			line_char(l, ' ');
		line_quoted(l, s);
	}
}

/* Windows ascend, blocks have 1 to 32 octets: RFC 4034 4.1.2. */
static void bitmap(struct cursor *c, struct line *l)
{
	int last = -1;
	bool first = true;

	while (cursor_left(c) > 0) {
		uint8_t window = cursor_u8(c), n = cursor_u8(c);
		struct span bits = cursor_span(c, n);
		if (window <= last || n < 1 || n > 32)
			c->failed = true;
		last = window;
		for (size_t i = 0; !l->full && i < bits.len * 8; i++) {
			if (!(bits.data[i / 8] & 0x80 >> i % 8))
				continue;
			if (!first)
				line_char(l, ' ');
			first = false;
			type_text(l, (uint16_t)(window * 256u + i));
		}
	}
}

static void dashed(struct line *l, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (i > 0)
			line_char(l, '-');
		line_hex(l, (struct span){ bytes.data + i, 1 });
	}
}

/* A length octet and that much, or "-" for none (RFC 5155 3.3). */
static void counted(struct cursor *c, struct line *l, bool base32)
{
	struct span s = cursor_span(c, cursor_u8(c));

	if (s.len == 0)
		line_char(l, '-');
	else if (base32)
		line_base32hex(l, s);
	else
		line_hex(l, s);
}

/* A length of 16 bits and that much; nothing behind a zero. */
static void sized(struct cursor *c, struct line *l)
{
	struct span s = cursor_span(c, cursor_u16(c));

	line_number(l, s.len);
	if (s.len == 0)
		return;
	line_char(l, ' ');
	line_base64(l, s);
}

/* Four groups of 16 bits, each with its zeros. */
static void locator(struct cursor *c, struct line *l)
{
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			line_char(l, ':');
		line_hex(l, cursor_span(c, 2));
	}
}

/* What IPSECKEY and AMTRELAY lead to: RFC 4025 2.5, RFC 8777 4.2.4. */
static void gateway(struct cursor *c, struct line *l, uint8_t kind,
		    size_t *work)
{
	line_char(l, ' ');
	switch (kind) {
	case 0:
		line_char(l, '.');
		break;
	case 1:
		line_address(l, 4, cursor_take(c, 4));
		break;
	case 2:
		line_address(l, 6, cursor_take(c, 16));
		break;
	case 3:
		name(c, l, false, work);
		break;
	default:
		c->failed = true;
	}
}

/* Precedence, kind of gateway, algorithm, gateway, key. */
static void ipseckey(struct cursor *c, struct line *l, size_t *work)
{
	line_number(l, cursor_u8(c));
	line_char(l, ' ');
	uint8_t kind = cursor_u8(c);
	line_number(l, kind);
	line_char(l, ' ');
	line_number(l, cursor_u8(c));
	gateway(c, l, kind, work);
	if (cursor_left(c) > 0)
		line_char(l, ' ');
	line_base64(l, rest(c));
}

/* Discovery optional, kind of relay, relay. */
static void relay(struct cursor *c, struct line *l, size_t *work)
{
	uint8_t kind = cursor_u8(c);

	line_number(l, kind >> 7);
	line_char(l, ' ');
	line_number(l, kind & 0x7f);
	gateway(c, l, kind & 0x7f, work);
}

static void number48(struct cursor *c, struct line *l)
{
	uint64_t high = cursor_u16(c);

	line_number(l, high << 32 | cursor_u32(c));
}

/* Parts that need nothing but their own octets. */
static void plain_part(char letter, struct cursor *c, struct line *l)
{
	switch (letter) {
	case '4':
		line_address(l, 4, cursor_take(c, 4));
		break;
	case '6':
		line_address(l, 6, cursor_take(c, 16));
		break;
	case 'b':
		line_number(l, cursor_u8(c));
		break;
	case 's':
		line_number(l, cursor_u16(c));
		break;
	case 'w':
		line_number(l, cursor_u32(c));
		break;
	case 'u':
		number48(c, l);
		break;
	case 'T':
		type_text(l, cursor_u16(c));
		break;
	case 'e':
		time_text(l, cursor_u32(c));
		break;
	case 'c':
		line_quoted(l, cursor_span(c, cursor_u8(c)));
		break;
	case 'g':
		line_clean(l, cursor_span(c, cursor_u8(c)));
		break;
	case 'q':
		line_quoted(l, rest(c));
		break;
	case 'X':
		line_hex(l, rest(c));
		break;
	case 'B':
		line_base64(l, rest(c));
		break;
	case 'E':
		dashed(l, rest(c));
		break;
	case 'L':
		locator(c, l);
		break;
	case 'z':
		sized(c, l);
		break;
	}
}

struct source {
	const struct dns_record *record;
	bool brief;
	size_t *work;
};

static void part(char letter, struct cursor *c, struct line *l, bool alone,
		 const struct source *from)
{
	switch (letter) {
	case 'n':
		name(c, l, alone, from->work);
		break;
	case 't':
		strings(c, l, from->brief);
		break;
	case 'h':
	case 'H':
		counted(c, l, letter == 'H');
		break;
	case 'm':
		bitmap(c, l);
		break;
	case 'I':
		ipseckey(c, l, from->work);
		break;
	case 'R':
		relay(c, l, from->work);
		break;
	case 'v':
		rdopt_svc_params(c, l);
		break;
	case 'o':
		rdopt_edns(c, l, from->record);
		break;
	case 'l':
		rdopt_loc(c, l);
		break;
	case 'a':
		rdopt_apl(c, l);
		break;
	default:
		plain_part(letter, c, l);
		break;
	}
}

/* RFC 3597 5. */
static void generic(struct line *l, struct span data)
{
	line_put(l, "\\# ");
	line_number(l, data.len);
	if (data.len > 0)
		line_char(l, ' ');
	line_hex(l, data);
}

static enum dns_status decode(const struct rr_type *type, struct cursor *c,
			      struct line *l, const struct source *from)
{
	const char *parts = type->parts;

	/* People ask where mail goes; the preference orders the answers. */
	if (from->brief && type->number == DNS_MX) {
		cursor_skip(c, 2);
		parts = "n";
	}
	for (const char *p = parts; *p && !c->failed; p++) {
		if (p > parts)
			line_char(l, ' ');
		part(*p, c, l, parts[1] == '\0', from);
	}
	while (l->text && l->len > 0 && l->text[l->len - 1] == ' ')
		l->text[--l->len] = '\0'; /* before a part that is empty */
	return c->failed || cursor_left(c) > 0 ? DNS_MALFORMED : DNS_OK;
}

enum dns_status rdata_text(struct span msg, const struct dns_record *record,
			   bool brief, char *text, size_t size, size_t *work)
{
	const struct rr_type *type = find_type(record->type);
	struct cursor c = cursor_of(msg.data,
				    record->data_at + record->data_len);
	struct source from = { record, brief, work };
	struct line l = line_of(text, size);
	enum dns_status status = DNS_OK;

	c.pos = record->data_at;
	if (type)
		status = decode(type, &c, &l, &from);
	if (text && (!type || status != DNS_OK)) {
		l = line_of(text, size);
		generic(&l, (struct span){ msg.data + record->data_at,
					   record->data_len });
	}
	line_end(&l);
	return status;
}
