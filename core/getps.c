/* SPDX-License-Identifier: MIT */
#include "core/getps.h"

#include "core/give.h"
#include "core/names.h"
#include "core/users.h"

/* Ancestors that are looked at: more than any sane tree has. */
#define ANCESTORS_MAX 32

static const struct proc *proc_of(const struct row *row)
{
	if (row->proc)
		return row->proc;
	return row->kind == ROW_PACKET && row->owner ? row->owner->proc : NULL;
}

bool getps_pid(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_known(out, VALUE_NUMBER, p->key.pid);
}

bool getps_tid(const struct row *row, struct value *out)
{
	return give_known(out, VALUE_NUMBER,
			  row->kind == ROW_SOCKET ? row->happening->tid :
						    row->packet->frame->tid);
}

bool getps_ppid(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && p->known && give_number(out, VALUE_NUMBER, p->ppid);
}

bool getps_name(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_text(out, p->comm);
}

bool getps_exe(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_text(out, p->exe);
}

bool getps_cmdline(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_text(out, p->cmdline);
}

bool getps_uid(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && p->known && give_number(out, VALUE_NUMBER, p->uid);
}

bool getps_user(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && p->known && row->model &&
	       give_text(out, users_find(row->model->users, p->uid));
}

bool getps_gid(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && p->known && give_number(out, VALUE_NUMBER, p->gid);
}

bool getps_container(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_text(out, p->container);
}

/* What its container is called. */
static bool give_called(const struct row *row, enum contname_text which,
			struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && row->model &&
	       give_text(out,
			 contname_text(contname_find(&row->model->procs.containers,
						     p->container),
				       which));
}

bool getps_container_name(const struct row *row, struct value *out)
{
	return give_called(row, CONTNAME_NAME, out);
}

bool getps_container_image(const struct row *row, struct value *out)
{
	return give_called(row, CONTNAME_IMAGE, out);
}

bool getps_pod(const struct row *row, struct value *out)
{
	return give_called(row, CONTNAME_POD, out);
}

bool getps_pod_namespace(const struct row *row, struct value *out)
{
	return give_called(row, CONTNAME_POD_NAMESPACE, out);
}

bool getps_pod_uid(const struct row *row, struct value *out)
{
	return give_called(row, CONTNAME_POD_UID, out);
}

bool getps_cgroup(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_known(out, VALUE_NUMBER, p->cgroup_id);
}

static const struct proc *parent_of(const struct row *row,
				    const struct proc *p)
{
	return p && row->model ? proc_parent(&row->model->procs, p) : NULL;
}

bool getps_parent(const struct row *row, struct value *out)
{
	const struct proc *p = parent_of(row, proc_of(row));

	return p && give_text(out, p->comm);
}

bool getps_ancestor(const struct row *row, struct value *out)
{
	const struct proc *p = parent_of(row, proc_of(row));

	give_list(out);
	for (int i = 0; p && i < ANCESTORS_MAX; i++) {
		give_element(out, p->comm);
		p = parent_of(row, p);
	}
	return out->list_len > 0;
}

bool getps_start(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_known(out, VALUE_TIME, p->key.start_ns);
}

bool getps_exit(const struct row *row, struct value *out)
{
	const struct proc *p = proc_of(row);

	return p && give_known(out, VALUE_TIME, p->exit_ns);
}

int getps_how_of(const struct row *row)
{
	switch (row->kind) {
	case ROW_FLOW:
		return row->flow->how;
	case ROW_SERIES:
		return row->series->how;
	case ROW_PING:
		return row->ping->how;
	case ROW_DNS:
	case ROW_ANSWER:
	case ROW_LINK:
		return row->dns->how;
	case ROW_PACKET:
		return row->owner ? row->owner->how : row->packet->frame->how;
	case ROW_SOCKET:
		return row->happening->proc ? row->happening->how : 0;
	case ROW_ICMP_ERROR:
		return row->icmp_error->how;
	case ROW_PROC:
		break;
	}
	return -1;
}

bool getps_how(const struct row *row, struct value *out)
{
	int how = getps_how_of(row);

	/* In a file nothing has an owner: nothing to tell. */
	return how >= 0 && (how > 0 || !row->model || row->model->live) &&
	       give_text(out, names_how((uint8_t)how));
}

bool getps_tx_packets(const struct row *row, struct value *out)
{
	return row->proc &&
	       give_number(out, VALUE_NUMBER, row->proc->packets_tx);
}

bool getps_rx_packets(const struct row *row, struct value *out)
{
	return row->proc &&
	       give_number(out, VALUE_NUMBER, row->proc->packets_rx);
}

bool getps_tx_bytes(const struct row *row, struct value *out)
{
	return row->proc && give_number(out, VALUE_SIZE, row->proc->bytes_tx);
}

bool getps_rx_bytes(const struct row *row, struct value *out)
{
	return row->proc && give_number(out, VALUE_SIZE, row->proc->bytes_rx);
}
