/* SPDX-License-Identifier: MIT */
/*
 * The seeds that are made, of our own captures (tests/gen) and by hand below:
 * are they as they would be made now? With UPDATE=1 (`make seeds`) writes them;
 * records, for one, change with bpf/event.h. Seeds that a search found stand
 * beside them, named for what they showed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/field.h"
#include "core/link.h"
#include "core/pcapng.h"
#include "tests/gen/cases.h"
#include "tests/image.h"

#define MESSAGES 3 /* DNS messages taken of a case */

static bool update; /* write them; else only compare */
static size_t same, different;

static bool is_same(const char *path, const void *bytes, size_t len)
{
	static uint8_t there[sizeof(((struct image *)0)->bytes)];
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	size_t n = fread(there, 1, sizeof(there), f);
	fclose(f);
	return n == len && (len == 0 || !memcmp(there, bytes, len));
}

static void write_seed(const char *target, const char *name,
		       const void *bytes, size_t len)
{
	char path[512];

	snprintf(path, sizeof(path), "tests/fuzz/seeds/%s", target);
	if (update)
		mkdir(path, 0777);
	snprintf(path, sizeof(path), "tests/fuzz/seeds/%s/%s", target, name);
	if (is_same(path, bytes, len)) {
		same++;
		return;
	}
	different++;
	if (!update) {
		fprintf(stderr, "%s is not as it is made now: run `make seeds`\n",
			path);
		return;
	}
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

#define S(bytes) bytes, sizeof(bytes) - 1

static const struct seed {
	const char *target, *name, *bytes;
	size_t len;
} seeds[] = {
	/* The first octet says which kind of file it is. */
	{ "contfile", "docker", S("0{\"Name\":\"/web\",\"Config\":{\"Image\":\"nginx:1.25\",\"Labels\":{\"io.kubernetes.pod.name\":\"p\"}}}") },
	{ "contfile", "docker-escapes", S("0{\"Name\":\"/a\\u001b[31m\\ud83d\",\"Config\":{\"Image\":\"\\u0000\"}}") },
	{ "contfile", "annotations", S("1{\"annotations\":{\"io.kubernetes.cri.container-name\":\"web\",\"io.kubernetes.cri.image-name\":\"i\",\"io.kubernetes.cri.sandbox-name\":\"p\"}}") },
	{ "contfile", "list", S("2[{\"id\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"names\":[\"web\"],\"metadata\":\"{\\\"image-name\\\":\\\"bb\\\"}\"}]") },
	{ "contfile", "list-of-no-ids", S("2[{\"id\":\"../x\",\"names\":[\"x\"]},7,null,[]]") },
	{ "contfile", "data-root", S("3{\"data-root\":\"/srv/docker\"}") },
	/* The first octet is where the name starts. */
	{ "name", "root", S("\0\0") },
	{ "name", "two-labels", S("\0\3www\2ex\0") },
	{ "name", "pointer-back", S("\4\2ex\0\3www\300\0") },
	{ "name", "pointer-to-pointer", S("\6\2ex\0\300\0\300\4") },
	{ "name", "pointer-to-self", S("\0\300\0") },
	{ "name", "pointer-to-own-label", S("\0\1a\300\0") },
	{ "name", "pointer-forward", S("\0\300\2\0") },
	{ "name", "pointers-that-meet", S("\2\300\2\300\0") },
	{ "name", "type-01", S("\0\101a\0") },
	{ "name", "cut-in-label", S("\0\3ww") },
	{ "name", "cut-in-pointer", S("\1\0\300") },
	{ "name", "escapes", S("\0\6\033[.\\\0\377\1 \0") },
	{ "dns", "head-alone", S("\0\1\1\0\0\1\0\0\0\0\0\0") },
	{ "dns", "head-cut", S("\0\1\1\0\0\1\0\0\0\0\0") },
	{ "dns", "pointer-to-self",
	  S("\0\1\201\200\0\1\0\0\0\0\0\0\300\14\0\1\0\1") },
	{ "dns", "counts-lie",
	  S("\0\1\201\200\377\377\377\377\377\377\377\377\1a\0\0\1\0\1") },
	{ "dns", "data-beyond-end",
	  S("\0\1\201\200\0\0\0\1\0\0\0\0\0\0\1\0\1\0\0\0\1\377\377\1\2") },
	{ "dns", "opt-options-of-no-length",
	  S("\0\1\201\200\0\0\0\0\0\0\0\1\0\0\51\4\320\0\0\0\0\0\14"
	    "\0\10\0\0\0\12\0\0\0\17\0\0") },
	{ "dns", "svcb-keys",
	  S("\0\1\201\200\0\0\0\1\0\0\0\0\0\0\101\0\1\0\0\0\1\0\26"
	    "\0\1\0\0\1\0\3\2h2\0\3\0\2\1\273\0\4\0\4\12\0\0\1") },
	{ "dns", "nsec-window-of-no-octets",
	  S("\0\1\201\200\0\0\0\1\0\0\0\0\0\0\57\0\1\0\0\0\1\0\3\0\0\0") },
	{ "dns", "txt-of-controls",
	  S("\0\1\201\200\0\0\0\1\0\0\0\0\0\0\20\0\1\0\0\0\1\0\6"
	    "\5\33\"\\\0\377") },
	{ "json", "shapes", S("\1\0\0\1\3\0\0\0\0\0\0\0\1\2\2\5\1\6\4"
			      "\377\377\377\377\377\377\377\377") },
	{ "json", "controls-and-quotes", S("\1\0\7\6\1\n\"\\\177/") },
	{ "json", "broken-utf-8", S("\1\0\7\7\377\346\227\355\240\200\300") },
	{ "json", "bidi-and-tags", S("\1\0\7\7\342\200\256\363\240\200\201") },
	{ "json", "full-in-a-text", S("\0\10\7\7abcdefg") },
	{ "json", "full-at-once", S("\0\0\3\0\0\0\0\0\0\0\0") },
	{ "filter", "blank", S(" \t\n") },
	{ "filter", "words", S("443 curl 10.0.0.0/8 example.com") },
	{ "filter", "tcpdump",
	  S("src host 10.0.0.5 and (port 53 or portrange 400-500)") },
	{ "filter", "fields",
	  S("tcp.rtt >= 10ms and net.dport not in (53, https) or "
	    "ps.name iin ('CURL', 'wget') and tcp.bytes < 4KiB") },
	{ "filter", "patterns",
	  S("ps.exe matches '*cur?' and dns.name imatches 'EX*' or "
	    "net.dip.names endswith ('.org', '.com')") },
	{ "filter", "equal-in-any-case", S("ps.name ~= 'CuRL' and dns.rcode <> 0") },
	{ "filter", "not-a-mapped-net", S("not ::ffff:8.8.8.0/120") },
	{ "filter", "time", S("evt.time > '2024-05-01 10:00:00' and pid = 0x7a69") },
	{ "filter", "operator-that-is-not", S("ps.name regex '^c(u|v)+rl$'") },
	{ "filter", "cut-in-quotes", S("ps.name = 'cur") },
	{ "filter", "deep", S("((((((((((((((((((((((((((((((((tcp") },
	{ "filter", "unknown-field", S("net.dprt = 443") },
	{ "filter", "controls", S("'\33[2J' or \377\300 \302\233") },
	{ "pcapng", "gzip-cut", S("\37\213\10\0\0\0\0\0\0\3") },
	{ "pcapng", "gzip-of-nothing",
	  S("\37\213\10\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0") },
	{ "pcapng", "empty", S("") },
	{ "record", "shorter-than-its-head", S("\0\4\1\2\3\4") },
	{ "packet", "nothing", S("\0\0") },
	{ "packet", "empty-frame", S("\1\0\0\1\0\0\1\1") },
};

/* --- a filter for every eight fields, so that a search knows their names --- */

static const char *term(enum value_kind kind)
{
	switch (kind) {
	case VALUE_BOOL:
		return " = true";
	case VALUE_DURATION:
		return " < 1ms";
	case VALUE_TIME:
		return " > '2024-05-01 10:00:00'";
	case VALUE_TEXT:
		return " contains 'a'";
	case VALUE_ADDRESS:
		return " = 10.0.0.5";
	case VALUE_LIST:
		return " in ('a')";
	default:
		return " >= 4";
	}
}

static void write_fields(void)
{
	char text[512], name[64];
	size_t len = 0;

	for (size_t i = 0; i < fields_count; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s%s%s", len ? " or " : "",
					fields[i].name, term(fields[i].kind));
		if (i % 8 != 7 && i + 1 < fields_count)
			continue;
		snprintf(name, sizeof(name), "fields-from-%zu", i / 8 * 8);
		write_seed("filter", name, text, len);
		len = 0;
	}
}

/* --- pcapng, in ways that ours are not --- */

static size_t begin_block(struct image *m, uint32_t type)
{
	image_u32(m, type);
	image_u32(m, 0);
	return m->len - 8;
}

static void end_block(struct image *m, size_t start)
{
	image_pad(m);
	uint32_t len = (uint32_t)(m->len - start + 4);
	image_set32(m, start + 4, len);
	image_u32(m, len);
}

/* The draft's 4.1 and 4.2: a section with one interface. */
static void put_section(struct image *m, bool big, unsigned resolution)
{
	m->big = big;
	size_t start = begin_block(m, PCAPNG_SECTION);
	image_u32(m, PCAPNG_BYTE_ORDER);
	image_u16(m, 1);
	image_u16(m, 0);
	image_u64(m, UINT64_MAX);
	end_block(m, start);
	start = begin_block(m, PCAPNG_INTERFACE);
	image_u16(m, LINK_RAW);
	image_u16(m, 0);
	image_u32(m, 64);
	image_u16(m, PCAPNG_IF_NAME);
	image_u16(m, 3);
	image_put(m, "a\33b\0", 4);
	image_u16(m, PCAPNG_IF_TSRESOL);
	image_u16(m, 1);
	image_u32(m, m->big ? resolution << 24 : resolution);
	image_u16(m, PCAPNG_IF_TSOFFSET);
	image_u16(m, 8);
	image_u64(m, (uint64_t)-3600);
	image_u32(m, PCAPNG_END);
	end_block(m, start);
}

static const char datagram[] = "\x45\0\0\x1d\0\1\0\0\x40\x11\0\0\x0a\0\0\1"
			       "\x0a\0\0\2\3\350\0\11\0\11\0\0x";

/* 4.3, 4.4 and the obsolete packet block of appendix A. */
static void put_packets(struct image *m)
{
	const uint32_t len = sizeof(datagram) - 1;
	size_t start = begin_block(m, PCAPNG_PACKET);

	image_u32(m, 0);
	image_u64(m, 0x0006000000000000u);
	image_u32(m, len);
	image_u32(m, len);
	image_put(m, datagram, len);
	image_pad(m);
	image_u16(m, PCAPNG_COMMENT);
	image_u16(m, 4);
	image_put(m, "note", 4);
	image_u32(m, PCAPNG_END);
	end_block(m, start);
	start = begin_block(m, PCAPNG_SIMPLE_PACKET);
	image_u32(m, len);
	image_put(m, datagram, len);
	end_block(m, start);
	start = begin_block(m, PCAPNG_OBSOLETE_PACKET);
	image_u16(m, 0);
	image_u16(m, 1);
	image_u64(m, 7);
	image_u32(m, len);
	image_u32(m, len);
	image_put(m, datagram, len);
	end_block(m, start);
}

static void write_pcapng(void)
{
	static struct image m;

	put_section(&m, true, 9);
	put_packets(&m);
	write_seed("pcapng", "big-endian", m.bytes, m.len);
	put_section(&m, false, 0x80 | 20);
	put_packets(&m);
	end_block(&m, begin_block(&m, 0x0badcafe));
	write_seed("pcapng", "sections-of-both-orders", m.bytes, m.len);
	write_seed("pcapng", "cut-in-a-block", m.bytes, m.len - 7);
	m.len = 0;
	put_section(&m, false, 0xff);
	put_packets(&m);
	write_seed("pcapng", "resolution-of-all-bits", m.bytes, m.len);
	image_set32(&m, 4, 0xfffffffc);
	write_seed("pcapng", "block-of-4-gib", m.bytes, m.len);
	image_set32(&m, 4, 0);
	write_seed("pcapng", "block-of-no-length", m.bytes, m.len);
}

/* --- a capture as what the other targets take --- */

static void put_piece(struct image *out, const void *head, size_t head_len,
		      const void *bytes, size_t len)
{
	out->big = true;
	image_u16(out, (unsigned)(head_len + len));
	out->big = false;
	image_put(out, head, head_len);
	image_put(out, bytes, len);
}

static void put_frame(struct image *out, const struct frame *f)
{
	static const uint16_t links[] = {
		LINK_ETHERNET, LINK_RAW, LINK_NULL, LINK_LOOP, LINK_SLL,
		LINK_SLL2, LINK_IPV4, LINK_IPV6,
	};
	uint8_t how = (uint8_t)(2 << 2 | f->direction % 3), link = 0;

	while (link < 7 && links[link] != f->link)
		link++;
	if (out->len == 0) {
		image_u8(out, link);
		image_u8(out, 0);
	}
	put_piece(out, &how, 1, f->data.data, f->data.len);
}

static void put_owner(struct image *out, const struct event *head)
{
	struct event_proc proc = { .head = *head, .ppid = 1, .ns_pid = 42,
				   .uid = 1000, .exe_len = 13, .args_len = 7,
				   .comm = "curl", .exe = "/usr/bin/curl",
				   .args = "curl\0-4" };
	struct event_socket s = { .head = *head, .family = 4, .protocol = 6,
				  .new_state = 2, .local_port = 40000,
				  .remote_port = 443, .local = { 10, 0, 0, 5 },
				  .remote = { 10, 0, 0, 1 } };
	static const uint8_t types[] = { EVENT_SOCKET, EVENT_OWNER,
					 EVENT_CONNECT, EVENT_STATE,
					 EVENT_SEND, EVENT_CLOSE };

	proc.head.type = EVENT_PROC;
	put_piece(out, &proc, sizeof(proc), NULL, 0);
	for (size_t i = 0; i < sizeof(types); i++) {
		s.head.type = types[i];
		s.size = types[i] == EVENT_SEND ? 100 : 0;
		put_piece(out, &s, sizeof(s), NULL, 0);
	}
}

/* As if its packets had been told by the kernel. */
static void put_record(struct image *out, const struct frame *f)
{
	struct cursor c = cursor_of(f->data.data, f->data.len);
	uint8_t family;
	uint32_t tags;

	if (!link_skip(&c, f->link, &family, &tags))
		return;
	struct event_packet e = {
		.head = { .time_ns = 1000000000 + f->number * 1000000,
			  .type = EVENT_PACKET, .how = EVENT_HOW_CURRENT,
			  .direction = (uint8_t)(EVENT_INGRESS + f->number % 2),
			  .pid = 100, .tid = 101, .ns_tid = 7, .start_ns = 5,
			  .cookie = 9, .netns = 3, .cpu = 2 },
		.ifindex = 2,
		.wire_len = (uint32_t)(c.len - c.pos),
		.data_len = (uint32_t)(c.len - c.pos),
		.ifname = "eth0",
	};
	if (out->len == 0)
		put_owner(out, &e.head);
	put_piece(out, &e, sizeof(e), f->data.data + c.pos, e.data_len);
}

static void write_messages(const char *name, const struct frame *f, int *n)
{
	struct packet p;
	char numbered[64];

	packet_decode(&p, f, NULL);
	if (!(p.has & PACKET_DNS) || *n >= MESSAGES || !p.dns.qr)
		return;
	snprintf(numbered, sizeof(numbered), "%s-%d", name, ++*n);
	write_seed("dns", numbered, p.dns.bytes.data, p.dns.bytes.len);
}

static void write_file(const char *name, const struct mkcap *c)
{
	static uint8_t bytes[64 * 1024];

	if (c->len >= sizeof(bytes))
		return;
	/* Of a pcap the first octet says which magic; this one's is ours. */
	bytes[0] = 0;
	memcpy(bytes + 1, c->bytes, c->len);
	write_seed(c->format == MKCAP_PCAP ? "pcap" : "pcapng", name,
		   c->format == MKCAP_PCAP ? bytes : bytes + 1,
		   c->format == MKCAP_PCAP ? c->len + 1 : c->len);
}

static void write_case(const struct gen_case *g)
{
	static struct image file, packets, records;
	struct mkcap c;
	struct capfile *f;
	struct frame frame;
	struct errmsg err;
	int messages = 0;

	g->make(&c);
	file.len = file.pos = packets.len = records.len = 0;
	image_put(&file, c.bytes, c.len);
	if (capfile_open(&f, g->name, image_read, &file, &err))
		exit(1);
	for (int i = 0; i < 16 && capfile_next(f, &frame, &err) == 1; i++) {
		if (frame.data.len > 1600)
			continue;
		put_frame(&packets, &frame);
		put_record(&records, &frame);
		write_messages(g->name, &frame, &messages);
	}
	capfile_close(f);
	write_seed("packet", g->name, packets.bytes, packets.len);
	if (records.len)
		write_seed("record", g->name, records.bytes, records.len);
	if (c.len < 4096)
		write_file(g->name, &c);
	mkcap_release(&c);
}

int main(void)
{
	const char *word = getenv("UPDATE");

	update = word && *word;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		write_seed(seeds[i].target, seeds[i].name, seeds[i].bytes,
			   seeds[i].len);
	write_fields();
	write_pcapng();
	for (size_t i = 0; i < gen_cases_count; i++)
		write_case(&gen_cases[i]);
	printf("%zu passed, %zu %s, 0 skipped\n", same, different,
	       update ? "written" : "failed");
	return !update && different > 0;
}
