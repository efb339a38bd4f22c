/* SPDX-License-Identifier: MIT */
#include "core/dns.h"

#include "core/rdata.h"

#define NAME_OCTETS 255 /* RFC 1035 3.1, with the root's */
#define HEAD_SIZE 12 /* RFC 1035 4.1.1 */

/*
 * Pointers that a name may follow. Each but the last leads to a label at
 * least in any name that a server wrote, so a name has less than its labels.
 */
#define HOPS 127

/*
 * Octets of names that one message may expand to, for each of its own: above
 * it, it is made to cost time (the most that 255-octet owners and a pointer
 * for each A record give is 16).
 */
#define WORK_FACTOR 16
#define WORK_LEAST 65536

/* One label as text. Returns its new end; a label of 63 has room in `text`. */
static char *label_text(char *out, const uint8_t *label, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t b = label[i];
		if (b == '.' || b == '\\') {
			*out++ = '\\';
			*out++ = (char)b;
		} else if (b > ' ' && b <= '~') {
			*out++ = (char)b;
		} else {
			*out++ = '\\';
			*out++ = (char)('0' + b / 100);
			*out++ = (char)('0' + b / 10 % 10);
			*out++ = (char)('0' + b % 10);
		}
	}
	return out;
}

enum dns_status dns_name_walk(struct cursor *c, char *text, size_t *work)
{
	struct cursor r = *c;
	char *out = text;
	size_t octets = 0, limit = c->pos;
	int hops = 0;

	if (text)
		*text = '\0';
	for (;;) {
		uint8_t n = cursor_u8(&r);
		(*work)++;
		if (r.failed)
			return DNS_TRUNCATED;
		if ((n & 0xc0) == 0xc0) {
			size_t target = (size_t)(n & 0x3f) << 8 | cursor_u8(&r);
			if (r.failed)
				return DNS_TRUNCATED;
			/* "a prior occurrence": strictly backwards, so the
			 * loop ends. RFC 1035 4.1.4. */
			if (target >= limit || ++hops > HOPS)
				return DNS_MALFORMED;
			if (hops == 1)
				c->pos = r.pos;
			limit = r.pos = target;
			continue;
		}
		if (n & 0xc0) /* RFC 6891 5: extended labels are no more */
			return DNS_MALFORMED;
		octets += n + 1u;
		if (octets > NAME_OCTETS)
			return DNS_MALFORMED;
		if (n == 0)
			break;
		const uint8_t *label = cursor_take(&r, n);
		if (!label)
			return DNS_TRUNCATED;
		*work += n;
		if (!text)
			continue;
		if (out > text)
			*out++ = '.';
		out = label_text(out, label, n);
		*out = '\0';
	}
	if (hops == 0)
		c->pos = r.pos;
	return DNS_OK;
}

enum dns_status dns_name_decode(struct cursor *c, char text[DNS_NAME_MAX])
{
	size_t work = 0;

	return dns_name_walk(c, text, &work);
}

/* What all records begin with, behind their name. */
static void record_head(struct cursor *c, struct dns_record *out)
{
	out->type = cursor_u16(c);
	out->class = cursor_u16(c);
	out->ttl = cursor_u32(c);
	out->data_len = cursor_u16(c);
	out->data_at = c->pos;
	cursor_skip(c, out->data_len);
}

/*
 * Data that may be empty whatever its type: UPDATE deletes and asks so
 * (RFC 2136 2.4, 2.5).
 */
static bool empty_update(const struct dns_msg *m, const struct dns_record *r)
{
	return m->opcode == 5 && r->data_len == 0;
}

static enum dns_status count_record(struct dns_msg *out, struct cursor *c,
				    enum dns_section section, size_t *work)
{
	struct dns_record r;

	enum dns_status status = dns_name_walk(c, NULL, work);
	if (status != DNS_OK)
		return status;
	record_head(c, &r);
	if (c->failed)
		return DNS_TRUNCATED;
	out->whole[section]++;
	if (r.type == DNS_OPT && section == DNS_ADDITIONAL) /* RFC 6891 6.1.3 */
		out->rcode |= (uint16_t)(r.ttl >> 24 << 4);
	/* Its length is right, so those behind it can still be read. */
	if (!empty_update(out, &r) &&
	    rdata_text(out->bytes, &r, false, NULL, 0, work) != DNS_OK)
		out->status = DNS_MALFORMED;
	return DNS_OK;
}

static enum dns_status count_question(struct dns_msg *out, struct cursor *c,
				      size_t *work)
{
	enum dns_status status = dns_name_walk(c, NULL, work);

	if (status != DNS_OK)
		return status;
	cursor_skip(c, 4);
	if (c->failed)
		return DNS_TRUNCATED;
	out->whole[DNS_QUESTION]++;
	return DNS_OK;
}

/* A damaged name or record ends the walk: nobody knows where the next begins. */
static enum dns_status count_sections(struct dns_msg *out, struct cursor *c)
{
	size_t work = 0;
	size_t most = WORK_LEAST + WORK_FACTOR * out->bytes.len;
	enum dns_status status = DNS_OK;

	for (int s = DNS_QUESTION; s <= DNS_ADDITIONAL; s++)
		while (status == DNS_OK && out->whole[s] < out->count[s]) {
			status = s == DNS_QUESTION ?
					 count_question(out, c, &work) :
					 count_record(out, c,
						      (enum dns_section)s,
						      &work);
			if (work > most)
				status = DNS_MALFORMED;
		}
	return status;
}

bool dns_decode(struct dns_msg *out, struct span bytes)
{
	struct cursor c = cursor_of(bytes.data, bytes.len);

	*out = (struct dns_msg){ .bytes = bytes, .status = DNS_TRUNCATED };
	uint16_t id = cursor_u16(&c), flags = cursor_u16(&c), count[4];
	for (int i = 0; i < 4; i++)
		count[i] = cursor_u16(&c);
	if (c.failed)
		return false;
	out->id = id;
	out->qr = flags >> 15;
	out->opcode = flags >> 11 & 15;
	out->aa = flags >> 10 & 1;
	out->tc = flags >> 9 & 1;
	out->rd = flags >> 8 & 1;
	out->ra = flags >> 7 & 1;
	out->z = flags >> 4 & 7;
	out->rcode = flags & 15;
	memcpy(out->count, count, sizeof(count));
	out->status = DNS_OK;
	enum dns_status status = count_sections(out, &c);
	if (status > out->status)
		out->status = status;
	return true;
}

struct dns_reader dns_reader_of(const struct dns_msg *msg)
{
	return (struct dns_reader){ .msg = msg, .pos = HEAD_SIZE };
}

static struct cursor reader_cursor(const struct dns_reader *r)
{
	struct cursor c = cursor_of(r->msg->bytes.data, r->msg->bytes.len);

	c.pos = r->pos;
	return c;
}

bool dns_next_question(struct dns_reader *r, struct dns_question *out)
{
	if (r->done[DNS_QUESTION] >= r->msg->whole[DNS_QUESTION])
		return false;
	struct cursor c = reader_cursor(r);
	if (dns_name_decode(&c, out->name) != DNS_OK)
		return false;
	out->type = cursor_u16(&c);
	out->class = cursor_u16(&c);
	r->pos = c.pos;
	r->done[DNS_QUESTION]++;
	return !c.failed;
}

/* Names of questions may be long, so they are stepped over without a copy. */
static bool skip_questions(struct dns_reader *r)
{
	size_t work = 0;

	while (r->done[DNS_QUESTION] < r->msg->whole[DNS_QUESTION]) {
		struct cursor c = reader_cursor(r);
		if (dns_name_walk(&c, NULL, &work) != DNS_OK)
			return false;
		cursor_skip(&c, 4);
		r->pos = c.pos;
		r->done[DNS_QUESTION]++;
	}
	return true;
}

bool dns_next_record(struct dns_reader *r, struct dns_record *out)
{
	int section = DNS_ANSWER;

	if (!skip_questions(r))
		return false;
	while (section <= DNS_ADDITIONAL &&
	       r->done[section] >= r->msg->whole[section])
		section++;
	if (section > DNS_ADDITIONAL)
		return false;
	struct cursor c = reader_cursor(r);
	if (dns_name_decode(&c, out->name) != DNS_OK)
		return false;
	out->section = (enum dns_section)section;
	record_head(&c, out);
	r->pos = c.pos;
	r->done[section]++;
	return !c.failed;
}

enum dns_status dns_data_text(const struct dns_msg *msg,
			      const struct dns_record *record, bool brief,
			      char text[DNS_DATA_MAX])
{
	size_t work = 0;

	return rdata_text(msg->bytes, record, brief, text, DNS_DATA_MAX, &work);
}
