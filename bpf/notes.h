/* SPDX-License-Identifier: MIT */
/*
 * What is noted of the datagrams of a socket that several processes may read
 * from, until one of them has read them: which may it have been, when no more
 * than its size and (mostly) its sender are known? For the kernel programs
 * (bpf/unread.bpf.h), pure, so that it can be tested.
 *
 * It is one of those that are noted and not in the queue any more. If several
 * of them fit, nobody knows, and each read that is still to come of one of
 * these is a "ghost": it may be what a later read is told of. That is never
 * wrong as long as the one that was read is noted; where it may not be, the
 * notes are lost, and thrown away.
 *
 * The verifier goes through each of the ways in which a loop can go, so loops
 * have few branches, and sums are kept unknown to it (NOTES_NOTHING).
 */
#ifndef NX_NOTES_H
#define NX_NOTES_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#define NOTES_MAX 512 /* datagrams of a socket; a power of two */
#define NOTES_LOOK 64 /* the oldest, looked at for one read: bits of a mask */
#define NOTES_BEYOND 32 /* of them behind the first in the queue */
#define NOTES_READERS 32 /* a power of two */
#define NOTES_GHOSTS 4
#define NOTES_ASIDE 8
/* A process that has taken a datagram is told of before this is over. */
#define NOTES_SETTLE_NS 50000000u
#define NOTES_GHOSTS_NS 2000000000u

#define NOTES_GONE 1 /* in the place of skb: its memory has another datagram now */
#define NOTES_ANY 0xffffffffu /* size */

#ifndef NOTES_NOTHING
#define NOTES_NOTHING 0 /* where there is no verifier */
#endif
#define NOTES_INLINE static inline __attribute__((always_inline))

struct note {
	__u64 skb; /* its address */
	__u64 time_ns; /* of its EVENT_PACKET */
	__u32 size; /* what a read of it gives */
	__u32 source; /* who sent it, a hash; 0: not known */
	__u32 done; /* it was read or dropped */
	__u32 cpu; /* of its EVENT_PACKET */
};

struct notes_reader {
	__u32 pid;
	__u32 most; /* that it has read: of a shorter one nothing was cut off */
};

/* A read to come, of a datagram that is not here any more. */
struct notes_ghost {
	__u64 until_ns; /* it is given up then; 0: none */
	__u32 size, most; /* of its datagram, at least and at most */
	__u32 source; /* 0: any */
	__u32 pad;
};

/* One whose reader is slow: those that came after it are read long since. */
struct notes_aside {
	__u64 until_ns; /* it is given up then; 0: none */
	struct note note;
};

struct notes {
	__u64 sure_ns; /* until then, datagrams from before may still be told of */
	__u32 first, next; /* numbers of the oldest, and of one to come */
	struct bpf_spin_lock lock; /* the caller's */
	__u32 pad;
	struct notes_ghost ghost[NOTES_GHOSTS];
	struct notes_aside aside[NOTES_ASIDE];
	struct notes_reader reader[NOTES_READERS]; /* by its pid */
	struct note note[NOTES_MAX]; /* by its number */
};

/* What one read may have been. */
struct notes_look {
	__u64 queued; /* bit i: number first + i is in the queue, or not of interest */
	__u64 time_ns; /* of the last that it may be; 0: it is none */
	__u32 cpu; /* likewise */
	__u32 first;
	__u32 size; /* that was read */
	__u32 source; /* 0: not known */
	bool known; /* it is that one */
	bool lost; /* what was read is not among those that are noted */
};

NOTES_INLINE struct note *notes_at(struct notes *n, __u32 number)
{
	return &n->note[number & (NOTES_MAX - 1)];
}

/*
 * Leave those at the front that are done with; one that holds up the others is
 * put aside.
 */
NOTES_INLINE void notes_advance(struct notes *n, __u64 now)
{
	struct note *d = notes_at(n, n->first);

	/* Two of those after it, as one of them may be slow as well. */
	if (!d->done && n->next - n->first > NOTES_LOOK / 2 &&
	    (notes_at(n, n->first + NOTES_LOOK / 4)->done |
	     notes_at(n, n->first + NOTES_LOOK / 4 + 1)->done)) {
		for (int i = 0; i < NOTES_ASIDE; i++) {
			struct notes_aside *a = &n->aside[i];

			if (d->done || a->until_ns >= now)
				continue;
			a->note = *d;
			a->until_ns = now + NOTES_GHOSTS_NS;
			d->done = 1;
		}
	}
	for (int i = 0; i < NOTES_LOOK; i++) {
		if (n->first == n->next || !notes_at(n, n->first)->done)
			break;
		n->first++;
	}
}

/* A datagram comes in. false: there was no room. */
NOTES_INLINE bool notes_put(struct notes *n, const struct note *note)
{
	__u64 skb = note->skb;

	/* Who reads frees its memory before it is told of. */
	for (__u32 i = 0; i < NOTES_LOOK; i++) {
		if (n->first + i == n->next)
			break;
		struct note *d = notes_at(n, n->first + i);
		if (!d->done && d->skb == skb)
			d->skb = NOTES_GONE;
	}
	for (int i = 0; i < NOTES_ASIDE; i++)
		if (n->aside[i].note.skb == skb)
			n->aside[i].note.skb = NOTES_GONE;
	if (n->next - n->first >= NOTES_MAX)
		return false;
	*notes_at(n, n->next++) = *note;
	return true;
}

/*
 * The datagram at this address is done with; newest: it has just come in. Its
 * time, and *cpu, or 0: it is not noted.
 */
NOTES_INLINE __u64 notes_take(struct notes *n, __u64 skb, bool newest,
			      __u64 now, __u32 *cpu)
{
	__u32 count = n->next - n->first, from = n->first;
	__u64 time_ns = NOTES_NOTHING;

	if (newest && count > NOTES_LOOK)
		from = n->next - NOTES_LOOK;
	for (__u32 i = 0; i < NOTES_LOOK; i++) {
		if (from + i == n->next)
			break;
		struct note *d = notes_at(n, from + i);
		if (d->done || d->skb != skb)
			continue;
		time_ns = d->time_ns;
		*cpu = d->cpu;
		d->done = 1;
	}
	for (int i = 0; i < NOTES_ASIDE; i++) {
		struct notes_aside *a = &n->aside[i];

		if (a->until_ns && a->note.skb == skb) {
			time_ns = a->note.time_ns;
			*cpu = a->note.cpu;
			a->until_ns = 0;
		}
	}
	/* A full queue drops one after the other: leave no holes. */
	if (!newest)
		notes_advance(n, now);
	else if (n->first != n->next && notes_at(n, n->next - 1)->done)
		n->next--;
	return time_ns;
}

/* Bit number `bit` of a mask; 0: it has none. */
NOTES_INLINE __u64 notes_bit(__u64 bit)
{
	bit += NOTES_NOTHING;
	return (1ULL << (bit & (NOTES_LOOK - 1))) &
	       (__u64)((__s64)(bit - NOTES_LOOK) >> 63);
}

/* Before the caller finds out which is first in the queue, so that it is not before this. */
NOTES_INLINE void notes_begin(struct notes_look *l, struct notes *n)
{
	l->first = *(volatile __u32 *)&n->first;
}

/*
 * Which of the notes are in the queue, where the one at `head` is the first;
 * 0: it is empty. What came in before that is not; of what came in later that
 * holds but for those few that overtook it on another CPU, so each is asked.
 * Without the lock.
 */
NOTES_INLINE void notes_look(struct notes_look *l, struct notes *n, __u64 head,
			     bool (*is_queued)(__u64 skb))
{
	__u64 one = NOTES_NOTHING + 1, at = NOTES_LOOK * one;
	__u32 count = *(volatile __u32 *)&n->next - l->first;

	l->queued = count < NOTES_LOOK ? ~0ULL << count : 0;
	if (!head)
		return;
	for (__u32 i = 0; i < NOTES_LOOK; i++)
		if (notes_at(n, l->first + i)->skb == head &&
		    !(l->queued >> i & 1))
			at = i * one;
	l->lost = !notes_bit(at);
	for (__u32 i = 1; i <= NOTES_BEYOND; i++) {
		struct note *d = notes_at(n, l->first + (__u32)at + i);
		__s64 more = (__s64)d->size - l->size;

		if (!d->done && more >= 0 && is_queued(d->skb))
			l->queued |= notes_bit(at + i);
	}
	/* What was not asked: the negative of a bit is it and all above. */
	l->queued |= notes_bit(at) | -notes_bit(at + NOTES_BEYOND + 1);
}

/*
 * Below 0: it is too short, too long or from somebody else. any: 0: from whom
 * is not known.
 */
NOTES_INLINE __s64 notes_fits(const struct notes_look *l, const struct note *d,
			      __u32 most, __u32 any)
{
	return ((__s64)d->size - l->size) | ((__s64)most - d->size) |
	       -(__s64)((d->source ^ l->source) & any);
}

/* Take those out that it may be, of at most `most` bytes, and count them. */
NOTES_INLINE __u64 notes_match(struct notes_look *l, struct notes *n,
			       __u32 most, __u64 now)
{
	__u64 one = NOTES_NOTHING + 1, found = NOTES_NOTHING;
	__u32 any = l->source ? ~0U : 0;

	any += (__u32)NOTES_NOTHING;
	for (__u32 i = 0; i < NOTES_LOOK; i++) {
		struct note *d = notes_at(n, l->first + i);
		__s64 fits = notes_fits(l, d, most, any) |
			     -(__s64)(l->queued >> i & 1);

		if (d->done || fits < 0)
			continue;
		l->time_ns = d->time_ns;
		l->cpu = d->cpu;
		d->done = 1;
		found += one;
	}
	for (int i = 0; i < NOTES_ASIDE; i++) {
		struct notes_aside *a = &n->aside[i];

		if (a->until_ns < now || notes_fits(l, &a->note, most, any) < 0)
			continue;
		if (a->note.time_ns > l->time_ns) {
			l->time_ns = a->note.time_ns;
			l->cpu = a->note.cpu;
		}
		a->until_ns = 0;
		found += one;
	}
	return found;
}

NOTES_INLINE bool notes_is_ghost(const struct notes_look *l,
				 const struct notes_ghost *g, __u32 most,
				 __u64 now)
{
	return g->until_ns >= now && g->size <= most && l->size <= g->most &&
	       (!g->source || !l->source || g->source == l->source);
}

/*
 * How many of the ghosts it may be. If it is not that one, or one of several,
 * the ghost may from now on be any of what this may have been.
 */
NOTES_INLINE __u64 notes_ghosts(const struct notes_look *l, struct notes *n,
				__u32 most, __u64 now)
{
	__u64 one = NOTES_NOTHING + 1, found = NOTES_NOTHING;

	for (int i = 0; i < NOTES_GHOSTS; i++) {
		struct notes_ghost *g = &n->ghost[i];

		if (!notes_is_ghost(l, g, most, now))
			continue;
		found += one;
		if (g->size > l->size)
			g->size = l->size;
		if (g->most < most)
			g->most = most;
		if (g->source != l->source)
			g->source = 0;
	}
	for (int i = 0; found > 1 && i < NOTES_GHOSTS; i++) {
		struct notes_ghost *g = &n->ghost[i];

		if (!notes_is_ghost(l, g, most, now))
			continue;
		g->size = 0;
		g->most = NOTES_ANY;
		g->source = 0;
	}
	return found;
}

/* It is one of the ghosts. */
NOTES_INLINE void notes_lay(const struct notes_look *l, struct notes *n,
			    __u32 most, __u64 now)
{
	for (int i = 0; i < NOTES_GHOSTS; i++)
		if (notes_is_ghost(l, &n->ghost[i], most, now)) {
			n->ghost[i].until_ns = 0;
			break;
		}
}

/* Whose those are nobody knows, and so many will still be read. false: too many. */
NOTES_INLINE bool notes_haunt(const struct notes_look *l, struct notes *n,
			      __u32 most, __u64 now, __u64 more)
{
	for (int i = 0; i < NOTES_GHOSTS; i++) {
		struct notes_ghost *g = &n->ghost[i];

		if (!more || g->until_ns >= now)
			continue;
		g->until_ns = now + NOTES_GHOSTS_NS;
		g->size = l->size;
		g->most = most;
		g->source = l->source;
		more--;
	}
	return !more;
}

/* Which one has the process read? After notes_look(), with the lock. */
NOTES_INLINE void notes_judge(struct notes_look *l, struct notes *n, __u32 pid,
			      __u64 now)
{
	struct notes_reader *r = &n->reader[pid & (NOTES_READERS - 1)];
	__u32 most = l->size;

	/* It has never read more: something may have been cut off. */
	if (r->pid != pid || l->size >= r->most) {
		r->pid = pid;
		r->most = l->size;
		most = NOTES_ANY;
	}
	if (!l->size) /* a buffer of none, too */
		most = NOTES_ANY;
	most += (__u32)NOTES_NOTHING;
	__u64 ghosts = notes_ghosts(l, n, most, now) + NOTES_NOTHING;
	__u64 sure = now >= n->sure_ns;
	sure += NOTES_NOTHING;
	__u64 found = notes_match(l, n, most, now);
	notes_advance(n, now);
	l->known = found == 1 && !ghosts && sure;
	if (found && !l->known)
		l->lost = !notes_haunt(l, n, most, now, found - 1);
	else if (!found && ghosts)
		notes_lay(l, n, most, now);
	else if (!found && sure)
		l->lost = true;
}

#endif
