/* SPDX-License-Identifier: MIT */
/* DNS messages for tests/gen/mkcap.h. */
#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/mkcap.h"

static void put(struct mkdns *d, const void *bytes, size_t n)
{
	assert(n <= sizeof(d->bytes) - d->len);
	if (n)
		memcpy(d->bytes + d->len, bytes, n);
	d->len += n;
}

static void put16(struct mkdns *d, unsigned n)
{
	put(d, (const uint8_t[]){ (uint8_t)(n >> 8), (uint8_t)n }, 2);
}

/* Labels up to a pointer or the root. */
static void put_name(struct mkdns *d, const char *name)
{
	while (*name && *name != '@') {
		size_t n = strcspn(name, ".");
		put(d, &(uint8_t){ (uint8_t)n }, 1);
		put(d, name, n);
		name += n + (name[n] == '.');
	}
	if (*name == '@')
		put16(d, 0xc000 | (unsigned)strtoul(name + 1, NULL, 10));
	else
		put(d, "", 1);
}

/* One more in the head's count of this section. */
static void count(struct mkdns *d, unsigned section)
{
	d->bytes[4 + section * 2 + 1]++;
}

void mkdns_start(struct mkdns *d, uint16_t id, unsigned flags)
{
	memset(d, 0, sizeof(*d));
	put16(d, id);
	put16(d, flags);
	put(d, "\0\0\0\0\0\0\0", 8);
}

void mkdns_question(struct mkdns *d, const char *name, unsigned type)
{
	put_name(d, name);
	put16(d, type);
	put16(d, 1);
	count(d, DNS_QUESTION);
}

void mkdns_record(struct mkdns *d, unsigned section, const char *name,
		  unsigned type, unsigned class, uint32_t ttl,
		  const void *data, size_t len)
{
	put_name(d, name);
	put16(d, type);
	put16(d, class);
	put16(d, ttl >> 16);
	put16(d, ttl & 0xffff);
	put16(d, (unsigned)len);
	put(d, data, len);
	count(d, section);
}

void mkdns_address(struct mkdns *d, const char *name, uint32_t ttl,
		   const char *address)
{
	bool ip6 = strchr(address, ':');
	uint8_t bytes[16];
	int ok = inet_pton(ip6 ? AF_INET6 : AF_INET, address, bytes);

	assert(ok == 1);
	(void)ok;
	mkdns_record(d, DNS_ANSWER, name, ip6 ? DNS_AAAA : DNS_A, 1, ttl,
		     bytes, ip6 ? 16 : 4);
}

void mkdns_name(struct mkdns *d, unsigned section, const char *name,
		unsigned type, uint32_t ttl, const void *before,
		size_t before_len, const char *target)
{
	struct mkdns data = { 0 };

	put(&data, before, before_len);
	put_name(&data, target);
	mkdns_record(d, section, name, type, 1, ttl, data.bytes, data.len);
}

void mkdns_send(struct mkcap *c, const struct mkdns *d, const char *from,
		const char *to)
{
	mkcap_udp(c, from, to, d->bytes, d->len);
}

void mkdns_ask(struct mkcap *c, const char *from, const char *to, uint16_t id,
	       const char *name, unsigned type)
{
	struct mkdns d;

	mkdns_start(&d, id, MKDNS_QUERY);
	mkdns_question(&d, name, type);
	mkdns_send(c, &d, from, to);
}
