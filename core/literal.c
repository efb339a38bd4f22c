/* SPDX-License-Identifier: MIT */
#include "core/literal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/names.h"
#include "core/text.h"

#define PORT_MAX 65535
#define SECOND 1000000000u

/* Decimal digits alone; *end stands behind them. No sign, no spaces. */
static bool digits(const char *text, const char **end, uint64_t *n)
{
	char *behind;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*n = strtoull(text, &behind, 10);
	*end = behind;
	return errno == 0;
}

static bool exact(struct literal *out, uint64_t n)
{
	out->low = out->high = n;
	return true;
}

/* "1000", "1k", "2M", "3G", "0x1f". */
static bool number(struct literal *out, const char *text)
{
	static const char units[] = "kMG";
	uint64_t n, factor = 1;
	const char *end;

	if (!strncasecmp(text, "0x", 2) && text[2]) {
		char *behind;
		errno = 0;
		n = strtoull(text + 2, &behind, 16);
		return text[2] != '-' && text[2] != '+' && !*behind && !errno &&
		       exact(out, n);
	}
	if (!digits(text, &end, &n))
		return false;
	for (int i = 0; units[i] && *end; i++) {
		factor *= 1000;
		if ((*end | 0x20) == (units[i] | 0x20) && !end[1])
			return !__builtin_mul_overflow(n, factor, &n) &&
			       exact(out, n);
	}
	return !*end && exact(out, n);
}

static bool duration(struct literal *out, const char *text)
{
	const char *end;
	uint64_t n;

	/* A bare number has no unit to be read by; only zero needs none. */
	if (!digits(text, &end, &n) || (!*end && n))
		return false;
	return !text_parse_duration(text, &n) && exact(out, n);
}

/* "2024-05-01 10:00:00", "2024-05-01T10:00:00Z", ".25" behind it, or ns. */
static bool moment(struct literal *out, const char *text)
{
	struct tm tm = { .tm_isdst = -1 };
	uint64_t n;
	const char *end;

	if (digits(text, &end, &n) && !*end)
		return exact(out, n);
	end = strptime(text, "%Y-%m-%d", &tm);
	if (end && (*end == ' ' || *end == 'T'))
		end = strptime(end + 1, "%H:%M:%S", &tm);
	if (!end)
		return false;
	uint64_t part = 0, unit = SECOND;
	if (*end == '.') {
		for (end++; *end >= '0' && *end <= '9' && unit > 1; end++) {
			unit /= 10;
			part += (uint64_t)(*end - '0') * unit;
		}
	}
	bool utc = *end == 'Z';
	time_t s = utc ? timegm(&tm) : mktime(&tm);
	if (end[utc] || s < 0 || (uint64_t)s >= UINT64_MAX / SECOND)
		return false;
	out->low = (uint64_t)s * SECOND + part;
	out->high = out->low + unit - 1;
	return true;
}

static bool yes_no(struct literal *out, const char *text)
{
	if (!strcasecmp(text, "true") || !strcasecmp(text, "yes"))
		return exact(out, 1);
	return (!strcasecmp(text, "false") || !strcasecmp(text, "no")) &&
	       exact(out, 0);
}

static bool read_address(struct address *a, const char *text)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint8_t bytes[16];

	*a = (struct address){ 0 };
	if (inet_pton(AF_INET, text, a->bytes) == 1) {
		a->family = 4;
	} else if (inet_pton(AF_INET6, text, bytes) == 1) {
		bool v4 = !memcmp(bytes, mapped, sizeof(mapped));
		a->family = v4 ? 4 : 6;
		memcpy(a->bytes, bytes + (v4 ? 12 : 0), v4 ? 4 : 16);
	} else {
		return false;
	}
	return true;
}

bool literal_address(struct literal *out, const char *text)
{
	char copy[ADDRESS_TEXT + 4];
	uint64_t bits = 0;
	const char *end;

	size_t len = strcspn(text, "/");
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!read_address(&out->address, copy))
		return false;
	unsigned all = out->address.family == 4 ? 32 : 128;
	out->prefix = (uint8_t)all;
	if (!text[len])
		return true;
	if (!digits(text + len + 1, &end, &bits) || *end)
		return false;
	/* A mapped network counts its bits from the front of 128. */
	if (all == 32 && strchr(copy, ':'))
		bits = bits >= 96 ? bits - 96 : 129;
	if (bits > all)
		return false;
	out->prefix = (uint8_t)bits;
	for (unsigned i = (unsigned)bits; i < all; i++)
		out->address.bytes[i / 8] &= (uint8_t)~(0x80 >> i % 8);
	return true;
}

bool literal_port(struct literal *out, const char *text)
{
	const char *end;
	uint64_t n;

	if (digits(text, &end, &n) && !*end)
		return n <= PORT_MAX && exact(out, n);
	int port = names_service_port(text);
	return port >= 0 && exact(out, (uint64_t)port);
}

bool literal_port_range(struct literal *out, const char *text)
{
	const char *end;

	return digits(text, &end, &out->low) && *end == '-' &&
	       digits(end + 1, &end, &out->high) && !*end &&
	       out->high <= PORT_MAX && out->low <= out->high;
}

void literal_text(struct literal *out, const char *text)
{
	out->text = text;
	out->len = strlen(text);
	out->in_address = !text[strspn(text, "0123456789abcdefABCDEF:.")];
}

void literal_name(char *text)
{
	size_t len = strlen(text);

	/* "\." is a dot within a label (RFC 1035 5.1). */
	if (len > 0 && text[len - 1] == '.' &&
	    (len < 2 || text[len - 2] != '\\'))
		text[len - 1] = '\0';
}

const char *literal_read(struct literal *out, const struct field *f,
			 const char *text, bool is_quoted)
{
	uint64_t n;

	*out = (struct literal){ 0 };
	switch (f->kind) {
	case VALUE_BOOL:
		return !is_quoted && yes_no(out, text) ? NULL :
							 "true or false";
	case VALUE_NUMBER:
		if (f->flags & FIELD_PORT)
			return literal_port(out, text) ?
				       NULL :
				       "a port: 0 to 65535, or a name such as https";
		return !is_quoted && number(out, text) ?
			       NULL :
			       "a number such as 1000 or 2k";
	case VALUE_SIZE:
		return !is_quoted && !text_parse_size(text, &n) &&
				       exact(out, n) ?
			       NULL :
			       "a size such as 1000 or 64KiB";
	case VALUE_DURATION:
		return !is_quoted && duration(out, text) ?
			       NULL :
			       "a duration such as 10ms, 2s, 5m or 1h";
	case VALUE_TIME:
		return moment(out, text) ?
			       NULL :
			       "a time such as '2024-05-01 10:00:00'";
	case VALUE_ADDRESS:
		return literal_address(out, text) ?
			       NULL :
			       "an address or a network such as 10.0.0.0/8";
	case VALUE_TEXT:
	case VALUE_LIST:
		literal_text(out, text);
		return NULL;
	case VALUE_NONE:
		break;
	}
	return "nothing";
}
