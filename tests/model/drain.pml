/* SPDX-License-Identifier: MIT */
/*
 * What kcov_drain() and the kernel do to a buffer that both have: libkcov/drain.c, with a buffer of CAP
 * records and windows of NESTED. Each access to what is shared is a step of its own; the task may
 * be interrupted before any of its own, by something that records, too.
 *
 * Checked: of the records of the task itself, each is taken once, and in order, or there is a doubt.
 * TRUST is the drainer that believes the count, which the checker has to convict.
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
/* What the checker has to convict: one thing left out. WITHOUT_AGAIN is another. */
#ifndef WITHOUT_LAP
#define WITHOUT_LAP 0
#endif

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
	do
	:: begun < RECORDS && interrupts < INTERRUPTS ->
		d_step { begun++; interrupts++; nested = begun; is_nested[nested] = true };
		nested_count = count;
		if
		:: nested_count >= CAP -> fate[nested] = DROPPED
		:: else ->
			count = nested_count + 1;
			store(nested_count + 1, nested)
		fi
	:: break
	od
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

/* What came out; in a step of its caller's. */
inline taken()
{
	if
	:: fate[value] == TAKEN -> fate[value] = TWICE
	:: else -> fate[value] = TAKEN
	fi;
	/* An interrupt's record has no place among those of what it interrupted. */
	if
	:: !is_nested[value] && value < before_taken -> is_in_order = false
	:: else
	fi;
	if
	:: !is_nested[value] -> before_taken = value
	:: else
	fi
}

/* found: whether there was something. What is read, and taken, is whatever is there then. */
inline take(at)
{
	found = slot[at] != 0;
	if
	:: found -> d_step { value = slot[at]; slot[at] = 0; taken() }
	:: else
	fi
}

/* The same of what will not be stored again: read, and made 0 then, whatever it is. */
inline take_final(at)
{
	value = slot[at];
	found = value != 0;
	if
	:: found ->
		d_step {
			if
			:: slot[at] != value && slot[at] -> fate[slot[at]] = LOST
			:: else
			fi;
			slot[at] = 0;
			taken()
		}
	:: else
	fi
}

inline take_behind(at)
{
	take(at);
	if
	:: found && count >= at -> overwritten = true
	:: else
	fi
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
		take_behind(i);
		disordered = disordered || (found && i < before)
	:: else -> break
	od;
	if
	:: seen > NESTED -> before = 0
	:: else
	fi
}

/* is_known: from where on the buffer is in use. known: up to there all was taken once. */
inline take_up_to(limit)
{
	known = done;
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
		:: else -> done = i; went_on = true; known = before_look
		fi
	:: else
	fi;
	do
	:: is_known && i < limit ->
		i++;
		if
		:: i + NESTED < limit -> take_final(i)
		:: else -> take(i)
		fi;
		disordered = disordered || (found && i < known)
	:: else -> break
	od;
	if
	:: is_known && limit > done -> done = limit
	:: else
	fi
}

inline take_nested(in_use)
{
	i = in_use;
	do
	:: i < CAP && i < in_use + NESTED ->
		i++;
		if
		:: slot[i] != 0 ->
			if
			:: count >= i -> break
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
	take_nested(done);
	skip;
	d_step { before = done; done = 0; went_on = false };
	if
	:: count > AGAIN_FROM(old_done) ->
		if
		:: slot[1] != 0 -> overwritten = !WITHOUT_LAP || overwritten
		:: else
		fi
	:: else
	fi
}

inline look()
{
	seen = count;
	before_look = before;
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
#ifndef WITHOUT_AGAIN
	take_again();
#endif
	take_up_to(seen);
	if
	:: seen > CAP / 2 && done -> set_back()
	:: else -> take_nested(seen)
	fi
#endif
}

active proctype drainer()
{
	byte seen, i, known, before_look, value, done, before, old_done;
	bool found, is_known, went_on;

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
	assert(is_in_order || is_full || overwritten || disordered)
}
