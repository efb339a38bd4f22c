/* SPDX-License-Identifier: MIT */
#include "core/mine.h"

#include <string.h>

void mine_add(struct mine *m, uint8_t protocol, const struct flow_key *key)
{
	if (m->ends_count == MINE_ENDS || mine_is(m, protocol, 0, key))
		return;
	m->ends[m->ends_count++] = (struct mine_end){
		.key = *key,
		.protocol = protocol,
	};
}

static bool same_end(const struct address *a, uint16_t a_port,
		     const struct address *b, uint16_t b_port)
{
	return a_port == b_port && memcmp(a, b, sizeof(*a)) == 0;
}

static bool is_end(const struct flow_key *end, const struct flow_key *k)
{
	if (same_end(&end->local, end->local_port, &k->local, k->local_port))
		return (!end->netns || end->netns == k->netns) &&
		       same_end(&end->remote, end->remote_port, &k->remote,
				k->remote_port);
	return same_end(&end->local, end->local_port, &k->remote,
			k->remote_port) &&
	       same_end(&end->remote, end->remote_port, &k->local,
			k->local_port);
}

bool mine_is(const struct mine *m, uint8_t protocol, uint64_t cookie,
	     const struct flow_key *key)
{
	for (size_t i = 0; cookie && i < MINE_COOKIES; i++)
		if (m->cookies[i] == cookie)
			return true;
	for (size_t i = 0; i < m->ends_count; i++)
		if (m->ends[i].protocol == protocol &&
		    is_end(&m->ends[i].key, key))
			return true;
	return false;
}
