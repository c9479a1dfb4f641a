/* SPDX-License-Identifier: MIT */
/*
 * What kcov_drain() and the kernel do to a buffer that both have: libkcov/drain.c, with a buffer of CAP
 * records and windows of NESTED. Each access to what is shared is a step of its own; the task may
 * be interrupted before any of its own, by something that records, too.
 *
 * Checked: of the records of the task itself, each is taken once, or there is a doubt; and without
 * doubts and interrupts they are in order. TRUST is the drainer that believes the count, which
 * the checker has to convict.
 */
#ifndef CAP
#define CAP 6
#endif
#ifndef RECORDS
#define RECORDS 8
#endif
#ifndef INTERRUPTS
#define INTERRUPTS 1
#endif
/* Who is interrupted, and what interrupts; less than half of CAP. */
#define NESTED (INTERRUPTS + 1)
#define LATE 2

/* What both have. */
byte count;
byte slot[CAP + 1];

/* What became of each record. */
#define NOTHING 0
#define STORED 1
#define OVERWRITTEN_BY_KERNEL 2
#define LOST 3
#define TAKEN 4
#define TWICE 5
#define DROPPED 6
byte fate[RECORDS + 1];
bool is_nested[RECORDS + 1];
byte begun, interrupts;
bool is_over;

bool is_full, overwritten, disordered;
byte before_taken;
bool is_in_order = true;

inline store(at, what)
{
	d_step {
		if
		:: slot[at] && is_nested[slot[at]] -> fate[slot[at]] = OVERWRITTEN_BY_KERNEL
		:: slot[at] && !is_nested[slot[at]] -> fate[slot[at]] = LOST
		:: else
		fi;
		slot[at] = what;
		fate[what] = STORED
	}
}

/* It records one, from beginning to end, before the task goes on. */
inline interrupt()
{
	if
	:: begun < RECORDS && interrupts < INTERRUPTS ->
		d_step { begun++; interrupts++; nested = begun; is_nested[nested] = true };
		nested_count = count;
		if
		:: nested_count >= CAP -> fate[nested] = DROPPED
		:: else ->
			count = nested_count + 1;
			store(nested_count + 1, nested)
		fi
	:: true
	fi
}

active proctype task()
{
	byte own, own_count, nested, nested_count;

	do
	:: begun < RECORDS ->
		d_step { begun++; own = begun };
		own_count = count;
		if
		:: own_count >= CAP -> fate[own] = DROPPED
		:: else ->
			interrupt();
			count = own_count + 1;
			interrupt();
			store(own_count + 1, own)
		fi
	:: else -> break
	od;
	is_over = true
}

/* found: whether there was something. What is read, and taken, is whatever is there then. */
inline take(at)
{
	found = slot[at] != 0;
	if
	:: found ->
		d_step {
			value = slot[at];
			slot[at] = 0;
			if
			:: fate[value] == TAKEN -> fate[value] = TWICE
			:: else -> fate[value] = TAKEN
			fi;
			if
			:: value < before_taken -> is_in_order = false
			:: else
			fi;
			before_taken = value
		}
	:: else
	fi
}

inline is_late(at)
{
	d_step {
		late_found = false;
		k = 0;
		do
		:: k < n_late && late[k] == at -> late_found = true; late_at = k; k++
		:: k < n_late && late[k] != at -> k++
		:: else -> break
		od
	}
}

inline add_late(at, last)
{
	d_step {
		if
		:: n_late == LATE -> overwritten = true
		:: else ->
			late[n_late] = at;
			late_is_last[n_late] = last;
			late_is_before[n_late] = false;
			n_late++
		fi
	}
}

/* In a step of its caller's. */
inline remove_late(which)
{
	k = which;
	do
	:: k + 1 < n_late ->
		late[k] = late[k + 1];
		late_is_last[k] = late_is_last[k + 1];
		late_is_before[k] = late_is_before[k + 1];
		k++
	:: else -> break
	od;
	n_late--;
	late[n_late] = 0
}

inline take_behind(at)
{
	take(at);
	if
	:: found && count >= at -> overwritten = true
	:: else
	fi
}

inline take_late()
{
	j = 0;
	do
	:: j < n_late && late_is_before[j] && seen >= late[j] ->
		d_step { overwritten = true; remove_late(j) }
	:: j < n_late && !(late_is_before[j] && seen >= late[j]) ->
		if
		:: late_is_before[j] -> take_behind(late[j])
		:: else -> take(late[j])
		fi;
		if
		:: found ->
			d_step { disordered = disordered || !late_is_last[j]; remove_late(j) }
		:: else -> j++
		fi
	:: else -> break
	od
}

#define AGAIN_FROM(n) (n > NESTED -> n - NESTED : 0)

inline take_again()
{
	i = AGAIN_FROM(before);
	if
	:: seen > i ->
		if
		:: before && (done -> !went_on : slot[1] != 0) -> overwritten = true
		:: else
		fi;
		before = 0
	:: else
	fi;
	do
	:: i < before ->
		i++;
		is_late(i);
		if
		:: !late_found -> take_behind(i)
		:: else
		fi
	:: else -> break
	od;
	if
	:: seen > NESTED -> before = 0
	:: else
	fi
}

/* is_known: from where on the buffer is in use. */
inline take_up_to(limit)
{
	i = AGAIN_FROM(done);
	is_known = true;
	if
	:: !done && limit > NESTED && slot[1] == 0 ->
		i = 1;
		do
		:: i < limit && slot[i + 1] == 0 -> i++
		:: else -> break
		od;
		if
		:: i == limit -> is_known = false
		:: else -> done = i; went_on = true
		fi
	:: else
	fi;
	do
	:: is_known && i < limit ->
		i++;
		take(i);
		is_late(i);
		if
		:: found ->
			d_step {
				if
				:: late_found -> remove_late(late_at)
				:: else
				fi;
				k = 0;
				do
				:: k < n_late -> late_is_last[k] = false; k++
				:: else -> break
				od
			}
		:: !found && i > done && !late_found -> add_late(i, i == limit)
		:: else
		fi
	:: else -> break
	od;
	if
	:: is_known && limit > done -> done = limit
	:: else
	fi
}

inline take_nested()
{
	i = seen;
	do
	:: i < CAP && i < seen + NESTED ->
		i++;
		is_late(i);
		if
		:: !late_found && slot[i] != 0 ->
			if
			:: count != seen -> break
			:: else ->
				take(i);
				disordered = disordered || found
			fi
		:: else
		fi
	:: else -> break
	od
}

inline set_back()
{
	old_done = done;
	d_step { seen = count; count = 0 };
	is_full = is_full || seen == CAP;
	take_up_to(seen);
	d_step {
		k = 0;
		do
		:: k < n_late -> late_is_before[k] = true; k++
		:: else -> break
		od;
		before = done;
		done = 0;
		went_on = false
	};
	if
	:: count > AGAIN_FROM(old_done) ->
		if
		:: slot[1] != 0 -> overwritten = true
		:: else
		fi
	:: else
	fi
}

inline look()
{
	seen = count;
	is_full = is_full || seen == CAP;
#ifdef TRUST
	i = 0;
	do
	:: i < seen -> i++; take(i)
	:: else -> break
	od;
	skip;
	d_step { old_done = count; count = 0 };
	is_full = is_full || old_done == CAP
#else
	take_late();
	take_again();
	take_up_to(seen);
	if
	:: seen > CAP / 2 && done -> set_back()
	:: else -> take_nested()
	fi
#endif
}

active proctype drainer()
{
	byte seen, i, j, k, late_at, value, done, before, n_late, old_done;
	byte late[LATE];
	bool late_is_last[LATE], late_is_before[LATE];
	bool found, late_found, is_known, went_on;

	do
	:: is_over -> break
	:: !is_over -> look()
	od;
	/* All that is there comes out in two. */
	look();
	look();
	i = 1;
	do
	:: i <= begun ->
		if
		:: !is_nested[i] && fate[i] == DROPPED -> assert(is_full)
		:: !is_nested[i] && fate[i] != DROPPED && fate[i] != TAKEN ->
			assert(is_full || overwritten)
		:: is_nested[i] -> assert(fate[i] != TWICE || is_full || overwritten)
		:: else
		fi;
		i++
	:: else -> break
	od;
	assert(is_in_order || interrupts || is_full || overwritten || disordered)
}
