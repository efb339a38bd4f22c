/* SPDX-License-Identifier: MIT */
#include "core/icmperror.h"

#include <netinet/in.h>

#include "core/model.h"

/* The connection whose segment is quoted, when it is one of ours. */
static const struct flow *quoted_flow(const struct model *m,
				      const struct packet *p)
{
	const struct quote *q = &p->quote;
	struct flow_key key = {
		.local = q->src,
		.remote = q->dst,
		.local_port = q->src_port,
		.remote_port = q->dst_port,
		.netns = p->frame->netns,
	};

	if (!m->live || q->protocol != IPPROTO_TCP)
		return NULL;
	return table_find(&m->flows, &key);
}

void icmperror_take(struct model *m, const struct packet *p)
{
	struct pings *pings = &m->pings;
	struct ping *ping = ping_quoted(m, p);
	const struct flow *f = quoted_flow(m, p);
	struct icmp_error *e =
		&pings->errors[pings->errors_seen++ % pings->errors_cap];

	pings->errors_evicted += e->id != 0;
	*e = (struct icmp_error){
		.id = pings->errors_seen,
		.time_ns = p->frame->time_ns,
		.proc_id = ping ? ping->proc_id : f ? f->proc_id : 0,
		.src = p->src,
		.dst = p->dst,
		.type = p->icmp.type,
		.code = p->icmp.code,
		.netns = p->frame->netns,
		.quote = p->quote,
	};
	if (ping)
		e->proc = ping->proc;
	else if (f)
		e->proc = f->proc;
	if (ping)
		ping_fail(m, ping, p);
	m->generation++;
}
