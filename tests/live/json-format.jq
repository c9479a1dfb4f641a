# SPDX-License-Identifier: MIT
# Whether the lines of kcovctl run -f json are what docs/json-format.md says: true, or an error that
# shows the first object that is not. For jq -s; `all` would go on where a condition fails.

def text: type == "string";
def natural: type == "number" and . >= 0 and . == floor;
def hex: text and test("^0x[0-9a-f]{1,16}$");
def has_only($names): (keys - $names) == [];

def place: . == null or (text and test("^[A-Za-z0-9_-]+\\+0x[0-9a-f]+$"));
def frame: all(.line, .column; . == null or (natural and . > 0)) and has_only(["line", "column", "function", "file", "path"]);
def cmp: (.ip | hex) and (.size == 1 or .size == 2 or .size == 4 or .size == 8) and
	(.const | type == "boolean") and (.arg1 | hex) and (.arg2 | hex);

def records:
	((.pcs == null) != (.cmps == null)) and
	((.pcs // []) | all(.[0:5][]; hex)) and ((.cmps // []) | all(.[0:5][]; cmp)) and
	(.at | length) == ((.pcs // .cmps) | length) and (.at | all(.[0:5][]; place)) and
	(.frames == null or ((.frames | length) == (.at | length) and
		(.frames | all(.[0:5][][]; frame))));

def argument: (.name | text) and (.type | text) and (.size | natural) and (.kind | text) and (.value | (type == "number") or hex) and
	(.text == null or (.text | text)) and (.cut == null or .cut == true) and
	has_only(["name", "type", "size", "kind", "value", "text", "cut"]);
def call: (.named == null or ((.named | length) <= 6 and (.named | all(.[]; argument)))) and
	(.number | natural) and (.args | length == 6 and all(.[]; hex)) and
	(.name == null or (.name | text)) and (.arch == null or (.arch | text));

def result: (.result | type == "number") and (.errno == null or (.errno | test("^E[A-Z0-9]+$")));

def event: (.pid | natural) and (.tid | natural) and (.start | type == "number" and . > 1e9) and
	(.covered | type == "boolean") and (.complete | type == "boolean") and records;

def object:
	if .version != 2 then false
	elif .kind == "call" then event and call and result
	elif .kind == "between" then event and .number == null and .result == null
	elif .kind == "exit" then event and (.number == null or call) and .result == null
	elif .kind == "not_covered" then (.pid | natural) and (.tid | natural) and (.why | text)
	elif .kind == "totals" then
		has_only(["version", "kind", "tasks", "not_covered", "calls", "between", "exits",
			"complete", "full", "ptrace_refused", "io_uring_setups"])
		and ([.tasks, .not_covered, .calls, .between, .exits, .complete, .full,
			.ptrace_refused, .io_uring_setups] | all(.[]; natural))
		and .complete + .full == .calls + .between + .exits
	else false end;

def check: if object then . else error("not of the format: " + (tostring | .[0:300])) end;

map(check) | length > 0 and (.[-1].kind == "totals" or error("no totals"))
