/* SPDX-License-Identifier: MIT */
#include "core/icmptell.h"

#include "core/icmpext.h"
#include "core/mld.h"
#include "core/nd.h"

/* Octets 4 to 7 of every message. */
static uint32_t rest_of(const struct packet *p)
{
	return (uint32_t)p->icmp.id << 16 | p->icmp.seq;
}

static void tell_address(const char *what, uint32_t address,
			 const struct tell *t)
{
	tell(t, "%s%u.%u.%u.%u", what, address >> 24, address >> 16 & 255,
	     address >> 8 & 255, address & 255);
}

/* RFC 1256 3: addresses, each with the words that its size says. */
static void tell_routers(const struct packet *p, const struct tell *t)
{
	struct cursor c = cursor_of(p->payload.data, p->payload.len);
	unsigned count = p->icmp.id >> 8, words = p->icmp.id & 0xff;

	tell(t, "for %us", p->icmp.seq);
	for (; count > 0 && words >= 2; count--) {
		uint32_t router = cursor_u32(&c);
		int32_t preference = (int32_t)cursor_u32(&c);

		cursor_skip(&c, 4u * (words - 2));
		if (c.failed)
			return;
		tell(t, "router %u.%u.%u.%u preference %d", router >> 24,
		     router >> 16 & 255, router >> 8 & 255, router & 255,
		     preference);
	}
}

/* RFC 792: milliseconds since midnight UT. */
static void tell_times(const struct packet *p, const struct tell *t)
{
	struct cursor c = cursor_of(p->payload.data, p->payload.len);
	uint32_t origin = cursor_u32(&c), received = cursor_u32(&c);
	uint32_t sent = cursor_u32(&c);

	if (c.failed)
		return;
	tell(t, "sent at %ums", origin);
	if (p->icmp.type == 14)
		tell(t, "received at %ums, answered at %ums", received, sent);
}

static void tell4(const struct packet *p, const struct tell *t)
{
	struct cursor c = cursor_of(p->payload.data, p->payload.len);

	switch (p->icmp.type) {
	case 5:
		tell_address("use ", rest_of(p), t);
		break;
	case 9:
		tell_routers(p, t);
		break;
	case 12:
		if (p->icmp.code == 0)
			tell(t, "at byte %u", p->icmp.id >> 8);
		break;
	case 13:
	case 14:
		tell_times(p, t);
		break;
	case 18:
		if (cursor_left(&c) >= 4)
			tell_address("mask ", cursor_u32(&c), t);
		break;
	}
}

/* RFC 8335 3: what is said of the interface that was asked for. */
static void tell_interface_state(const struct packet *p, const struct tell *t)
{
	static const char *const states[] = { "", "incomplete", "reachable",
					      "stale", "delay", "probe",
					      "failed", "" };
	unsigned bits = p->icmp.seq & 0xff;

	if (p->icmp.code)
		return;
	tell(t, "%s%s%s", bits & 4 ? "active" : "not active",
	     bits & 2 ? ", IPv4" : "", bits & 1 ? ", IPv6" : "");
	if (*states[bits >> 5])
		tell(t, "neighbour %s", states[bits >> 5]);
}

static void tell6(const struct packet *p, const struct tell *t)
{
	switch (p->icmp.type) {
	case 4:
		tell(t, "at byte %u", rest_of(p));
		break;
	case ND_ROUTER_SOLICITATION:
	case ND_ROUTER_ADVERTISEMENT:
	case ND_SOLICITATION:
	case ND_ADVERTISEMENT:
	case ND_REDIRECT:
		nd_tell(p, t);
		break;
	case MLD_QUERY:
	case MLD_REPORT:
	case MLD_DONE:
	case MLD_REPORT2:
		mld_tell(p, t);
		break;
	}
}

void icmptell(const struct packet *p, const struct tell *t)
{
	bool v6 = p->has & PACKET_ICMP6;

	if (v6)
		tell6(p, t);
	else if (p->has & PACKET_ICMP)
		tell4(p, t);
	else
		return;
	if (p->icmp.type == (v6 ? 161 : 43))
		tell_interface_state(p, t);
	icmpext_tell(p, t);
}
