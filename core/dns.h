/* SPDX-License-Identifier: MIT */
/* DNS messages: RFC 1035, RFC 3596, RFC 2782, RFC 6891, RFC 3597. */
#ifndef NX_DNS_H
#define NX_DNS_H

#include "core/cursor.h"

/* A name has at most 255 octets (RFC 1035 3.1), each at most \DDD as text. */
#define DNS_NAME_MAX 1024
/* Longest presentation text of a record's data that is kept; longer is cut with "...". */
#define DNS_DATA_MAX 4096

enum dns_status { DNS_OK, DNS_TRUNCATED, DNS_MALFORMED };

enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

enum dns_type { /* those the program treats by name in code; names of all: names.h */
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12,
	DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28, DNS_SRV = 33, DNS_OPT = 41,
};

/* A decoded message head, and the bytes to read its sections from. */
struct dns_msg {
	struct span bytes; /* borrowed: the message, as much as was captured */
	enum dns_status status; /* of the whole message */
	uint16_t id;
	bool qr, aa, tc, rd, ra;
	uint8_t opcode, z; /* z: 3 bits, RFC 1035 4.1.1 */
	uint16_t rcode; /* with OPT's upper bits, RFC 6891 6.1.3 */
	uint16_t count[4]; /* as the head says, by enum dns_section */
	uint16_t whole[4]; /* how many of them could be read */
};

struct dns_question {
	char name[DNS_NAME_MAX]; /* no trailing dot; the root is "" */
	uint16_t type, class;
};

struct dns_record {
	enum dns_section section;
	char name[DNS_NAME_MAX];
	uint16_t type, class;
	uint32_t ttl;
	size_t data_at; /* offset of the data in the message */
	uint16_t data_len;
};

/*
 * Decode the message in bytes. out->status says how far it is whole; the head
 * itself is whole unless false is returned. Walks every record once, so that
 * whole[] and rcode are right; work is bounded by the message's length.
 */
bool dns_decode(struct dns_msg *out, struct span bytes);

/*
 * Walks questions, then records, of the whole[] part of a message. Start with
 * dns_reader_of(); each next returns false at the end.
 */
struct dns_reader {
	const struct dns_msg *msg;
	size_t pos;
	uint16_t done[4];
};

struct dns_reader dns_reader_of(const struct dns_msg *msg);
bool dns_next_question(struct dns_reader *r, struct dns_question *out);
/* Skips questions that were not read. */
bool dns_next_record(struct dns_reader *r, struct dns_record *out);

/*
 * Decode a possibly compressed name as text ("www.example.org", no trailing
 * dot; the root is ""; a dot or backslash within a label is "\." "\\", other
 * octets that are not printable ASCII \DDD). RFC 1035 3.1, 4.1.4, 5.1.
 * `c` must start at the first octet of the DNS message. On DNS_OK it stands
 * after the name; otherwise its position is unspecified. text is always
 * NUL-terminated.
 */
enum dns_status dns_name_decode(struct cursor *c, char text[DNS_NAME_MAX]);

/*
 * A record's data as text for people and for dns_answer.answer (events.md
 * section 4): an address; a name without its last dot when it is all there is;
 * else RFC presentation form, with it. `brief`: of MX the exchange alone, of
 * TXT its strings joined, without quotes. "\# n hex" (RFC 3597 5) for types
 * that are not decoded. Returns DNS_MALFORMED when the data contradicts its
 * type, with the text in the RFC 3597 form.
 */
enum dns_status dns_data_text(const struct dns_msg *msg,
			      const struct dns_record *record, bool brief,
			      char text[DNS_DATA_MAX]);

#endif
