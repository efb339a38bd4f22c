/* SPDX-License-Identifier: MIT */
#include "core/gettcp.h"

#include <stdio.h>

#include "core/give.h"
#include "core/line.h"
#include "core/tcp.h"

static bool flag(const struct row *row, struct value *out, uint16_t bit)
{
	return row->packet->has & PACKET_TCP &&
	       give_number(out, VALUE_BOOL, row->packet->tcp.flags & bit ? 1 : 0);
}

bool gettcp_syn(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_SYN);
}

bool gettcp_ack(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_ACK);
}

bool gettcp_fin(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_FIN);
}

bool gettcp_rst(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_RST);
}

bool gettcp_psh(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_PSH);
}

bool gettcp_urg(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_URG);
}

bool gettcp_ece(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_ECE);
}

bool gettcp_cwr(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_CWR);
}

bool gettcp_ns(const struct row *row, struct value *out)
{
	return flag(row, out, TCP_NS);
}

bool gettcp_flags(const struct row *row, struct value *out)
{
	char text[40];

	if (!(row->packet->has & PACKET_TCP))
		return false;
	tcp_flags_text(row->packet->tcp.flags, text);
	memcpy(out->buf, text, sizeof(text));
	return give_text(out, out->buf);
}

static bool of_segment(const struct row *row, struct value *out,
		       enum value_kind kind, uint64_t n)
{
	return row->packet->has & PACKET_TCP && give_number(out, kind, n);
}

bool gettcp_seq(const struct row *row, struct value *out)
{
	return of_segment(row, out, VALUE_NUMBER, row->packet->tcp.seq);
}

bool gettcp_ack_number(const struct row *row, struct value *out)
{
	return row->packet->tcp.flags & TCP_ACK &&
	       of_segment(row, out, VALUE_NUMBER, row->packet->tcp.ack);
}

bool gettcp_window(const struct row *row, struct value *out)
{
	return of_segment(row, out, VALUE_NUMBER, row->packet->tcp.window);
}

bool gettcp_len(const struct row *row, struct value *out)
{
	return of_segment(row, out, VALUE_SIZE, row->packet->tcp.payload_len);
}

bool gettcp_mss(const struct row *row, struct value *out)
{
	return row->packet->tcp.mss > 0 &&
	       of_segment(row, out, VALUE_NUMBER, row->packet->tcp.mss);
}

bool gettcp_wscale(const struct row *row, struct value *out)
{
	return row->packet->tcp.has_scale &&
	       of_segment(row, out, VALUE_NUMBER,
			  row->packet->tcp.window_scale);
}

bool gettcp_options(const struct row *row, struct value *out)
{
	const struct packet *p = row->packet;

	if (!(p->has & PACKET_TCP) || p->tcp.options.len == 0)
		return false;
	tcp_options_text(p->tcp.options, out->buf, sizeof(out->buf));
	return give_text(out, out->buf);
}

bool gettcp_state(const struct row *row, struct value *out)
{
	return give_text(out, flow_state_text(row->flow->state));
}

bool gettcp_close(const struct row *row, struct value *out)
{
	return give_text(out, row->flow->close_reason);
}

/* "ECONNREFUSED"; a number where libc has no name. */
bool gettcp_error(const struct row *row, struct value *out)
{
	uint32_t error = row->flow->error;

	if (!error)
		return false;
	const char *name = strerrorname_np((int)error);
	if (name)
		return give_text(out, name);
	snprintf(out->buf, sizeof(out->buf), "%u", error);
	return give_text(out, out->buf);
}

bool gettcp_rtt(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_DURATION, row->flow->rtt_ns);
}

bool gettcp_syn_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->flow->syn_ns);
}

bool gettcp_syn_ack_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->flow->syn_ack_ns);
}

bool gettcp_ack_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->flow->ack_ns);
}

bool gettcp_end_time(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_TIME, row->flow->end_ns);
}

/* A listener has neither segments nor a life of its own to tell of. */
static bool has_life(const struct flow *f)
{
	return f->state != FLOW_LISTENING;
}

bool gettcp_syn_count(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_NUMBER, row->flow->syn_count);
}

bool gettcp_retransmits(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_NUMBER, row->flow->retransmits);
}

bool gettcp_reordered(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER, row->flow->reordered);
}

bool gettcp_tx_zero(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER, row->flow->tx_zero);
}

bool gettcp_rx_zero(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER, row->flow->rx_zero);
}

/* In tcp_options_text()'s words. */
static bool of_end(const struct flow_options *o, struct value *out)
{
	struct line l = line_of(out->buf, sizeof(out->buf));

	if (!o->has)
		return false;
	if (o->mss) {
		line_put(&l, ",mss ");
		line_number(&l, o->mss);
	}
	line_put(&l, o->has & FLOW_OPTION_SACK ? ",sackOK" : "");
	line_put(&l, o->has & FLOW_OPTION_TIMES ? ",TS" : "");
	if (o->has & FLOW_OPTION_SCALE) {
		line_put(&l, ",wscale ");
		line_number(&l, o->scale);
	}
	line_put(&l, o->has & FLOW_OPTION_FAST_OPEN ? ",tfo" : "");
	return give_text(out, l.len > 0 ? out->buf + 1 : "none");
}

bool gettcp_tx_options(const struct row *row, struct value *out)
{
	return of_end(&row->flow->tx_options, out);
}

bool gettcp_rx_options(const struct row *row, struct value *out)
{
	return of_end(&row->flow->rx_options, out);
}

bool gettcp_duration(const struct row *row, struct value *out)
{
	const struct flow *f = row->flow;
	uint64_t end = f->end_ns ? f->end_ns : f->last_ns;

	return has_life(f) && end >= f->first_ns &&
	       give_number(out, VALUE_DURATION, end - f->first_ns);
}

bool gettcp_bytes(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_SIZE,
			   row->flow->tx_bytes + row->flow->rx_bytes);
}

bool gettcp_tx_packets(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_NUMBER, row->flow->tx_packets);
}

bool gettcp_tx_bytes(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_SIZE, row->flow->tx_bytes);
}

bool gettcp_rx_packets(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_NUMBER, row->flow->rx_packets);
}

bool gettcp_rx_bytes(const struct row *row, struct value *out)
{
	return has_life(row->flow) &&
	       give_number(out, VALUE_SIZE, row->flow->rx_bytes);
}

bool gettcp_session(const struct row *row, struct value *out)
{
	return give_number(out, VALUE_BOOL, row->flow->carries_us);
}
