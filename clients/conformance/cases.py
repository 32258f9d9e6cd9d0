"""The cases of the conformance suite: what a client does with daemons that behave in all ways.

Each case quotes the sentence of docs/protocol.md that it follows from; extract.py --check holds the
quotations against the page. What a client promises beyond the page is in docs/clients.md, and cases
that rest on it alone quote the nearest sentence.
"""

import json
import socket
import time
from collections import namedtuple

import hostile

Case = namedtuple("Case", "name quote run")
CASES = []

# The error codes that the cases use.
INVALID_PARAMS, BUSY, UNKNOWN_CODE = -32602, -32002, -31999


def case(quote):
    def register(function):
        CASES.append(Case(function.__name__, quote, function))
        return function

    return register


def complete(prefix, **more):
    return {"method": "complete", "params": {"prefix": prefix, **more}}


def record(query):
    return {"method": "record", "params": {"session": "ada", "query": query}}


EVENT = {"query": "gti status", "at": 1767225700}
# What may be known of a submitted query beside its text and its time.
REST = {
    "thread": "tty1",
    "place": "/srv/pond",
    "outcome": "failed",
    "typed": "gt",
    "taken": 0,
    "source": "session",
    "person": "net:5f0c",
}
END = {
    "method": "record",
    "params": {"session": "ada", "id": "1767225660.0.0b1d", "outcome": "failed"},
}
IMPORT = {"method": "import", "params": {"events": [{"session": "ada", **EVENT, **REST}]}}
EXPORT = {"method": "export", "params": {"session": "ada"}}
PING = {"method": "ping", "params": {}}
PONG = {"result": {"protocol": 1}}


def texts(outcome):
    return [one["text"] for one in outcome["result"]["suggestions"]]


# Framing


@case("A frame is one line: UTF-8 JSON without a raw newline, ended by `\\n`")
def a_request_is_one_line_of_utf8(t):
    t.serve(hostile.good)
    odd = 'new\nline\r\ttab "quoted" back\\slash \u2028 \u00e9 \U0001f600 \x7f'
    t.equal(texts(t.call(complete(odd))), [odd + "!"])
    t.equal(len(t.daemon.lines), 1)


@case("A frame is one line: UTF-8 JSON without a raw newline, ended by `\\n`")
def an_answer_may_come_byte_by_byte(t):
    t.serve(hostile.split)
    t.equal(texts(t.call(complete("gar"))), ["gar!"])
    t.equal(t.call(PING), PONG)


@case("a `\\r` before it is dropped. JSON's own white space is allowed around tokens. Empty lines")
def answers_may_share_a_packet(t):
    t.serve(hostile.joined(2))
    first, second = t.calls([complete("a"), complete("b")])
    t.equal(texts(first) + texts(second), ["a!", "b!"])


@case("A request line has at most 65536 bytes, not counting the `\\n`.")
def a_request_that_is_too_long_is_not_sent(t):
    t.serve(hostile.good)
    t.fails(t.call(complete("x" * 70000)), "toolong", retryable=False)
    t.equal(t.daemon.lines, [])
    t.equal(t.call(PING), PONG)


@case("A request line has at most 65536 bytes, not counting the `\\n`.")
def a_long_request_is_sent_whole(t):
    t.serve(hostile.good)
    text = "x" * 65000
    t.equal(texts(t.call(complete(text))), [text + "!"])


@case("A client should accept several MiB")
def an_answer_of_4_mib_is_read(t):
    t.serve(hostile.huge(4 << 20))
    outcome = t.call(complete("gar"), deadline_ms=20000)
    t.equal(len(texts(outcome)), 64)
    t.equal({len(text) >= (4 << 20) // 128 for text in texts(outcome)}, {True})
    t.equal(t.call(PING), PONG)


@case("Answer lines have no such limit.")
def a_line_without_an_end_is_given_up(t):
    t.serve(hostile.endless)
    t.fails(t.call(complete("gar"), deadline_ms=60000), "invalid")


@case("Suggestions and queries come back with all characters that somebody once submitted")
def every_character_comes_through(t):
    t.serve(hostile.hostile_texts)
    t.equal(texts(t.call(complete("gar"))), [hostile.HOSTILE_TEXT])


# Requests and answers


@case("Answers may come in another order than the requests")
def answers_in_another_order(t):
    t.serve(hostile.reordered(8))
    outcomes = t.calls([complete(f"p{at}") for at in range(8)])
    t.equal([texts(one) for one in outcomes], [[f"p{at}!"] for at in range(8)])
    t.equal(t.daemon.connections, 1)


@case("Send as many lines as you like without waiting.")
def many_requests_at_once(t):
    t.serve(hostile.good)
    outcomes = t.calls([complete(f"{at}" + "x" * 900) for at in range(600)], deadline_ms=30000)
    t.equal([texts(one)[0] for one in outcomes], [f"{at}" + "x" * 900 + "!" for at in range(600)])


@case("Requests of one connection take effect in the order in which they were sent")
def requests_keep_their_order(t):
    t.serve(hostile.good)
    t.calls([record("pond"), complete("a"), record("net"), complete("b")])
    t.equal(t.daemon.methods(), ["record", "complete", "record", "complete"])
    t.equal(t.daemon.connections, 1)


@case("Tell them apart by `id`.")
def answers_to_foreign_ids_are_ignored(t):
    t.serve(hostile.foreign)
    t.equal(texts(t.call(complete("a"))), ["a!"])
    t.equal(texts(t.call(complete("b"))), ["b!"])
    t.equal(t.daemon.connections, 1)


@case("Tell them apart by `id`.")
def a_late_answer_is_not_taken_for_another(t):
    t.serve(hostile.answers_late)
    t.fails(t.call(complete("first"), deadline_ms=300), "timeout", retryable=True)
    t.equal(texts(t.call(complete("second"))), ["second!"])
    t.equal(texts(t.call(complete("third"))), ["third!"])


@case("Members with other names are ignored")
def unknown_members_are_ignored(t):
    t.serve(hostile.unknown_members)
    outcome = t.call(complete("gar"))
    t.equal(texts(outcome), ["gar!"])
    t.equal(outcome["result"]["suggestions"][0]["source"], "a source of next year")
    t.equal(t.call(PING)["result"]["protocol"], 1)
    t.equal("error" in t.call(record("pond")), False)


# What is known of a query


@case("All of it is stored, told by `history`, and forgotten with the query.")
def a_query_is_recorded_with_all_that_is_known(t):
    t.serve(hostile.good)
    call = record("gti status")
    call["params"].update(REST)
    t.equal(t.call(call), {"result": {"id": "1767225660.0.0b1d"}})
    t.equal(json.loads(t.daemon.lines[0][1])["params"], call["params"])


@case("The other members are there as far as they were recorded.")
def a_history_tells_what_is_known(t):
    for query in (EVENT, {**EVENT, **REST}, {**EVENT, "place": "/", "taken": 3}):
        result = {"queries": [query]}
        t.serve(hostile.gives(result), keep_client=True)
        t.equal(t.call({"method": "history", "params": {"session": "ada"}}), {"result": result})


@case("with the members that `import` takes, at most `limit`")
def an_export_comes_back_whole(t):
    use = {"item": "sku-17", "kind": "cart"}
    events = [EVENT, {**EVENT, **REST}, {**EVENT, **use, "occurrence": 2, "undated": True}]
    for result in ({"events": events, "next": "1767225700.0"}, {"events": []}):
        t.serve(hostile.gives(result), keep_client=True)
        t.equal(t.call(EXPORT), {"result": result})


@case("A daemon that lacks one ignores the parameter or refuses the method")
def a_daemon_of_before_names_no_id(t):
    t.serve(hostile.gives({}))
    t.equal("error" in t.call(record("pond")), False)


# Errors


@case("`error` is `{code, message}`. The message is for people")
def the_message_comes_through(t):
    t.serve(hostile.says(INVALID_PARAMS, "params.limit must be from 1 to 100; correct it"))
    outcome = t.call(complete("gar", limit=5))
    t.fails(outcome, "refused", code=INVALID_PARAMS, retryable=False)
    t.contains(outcome["error"]["message"], "params.limit must be from 1 to 100; correct it")


@case("treat a code that is not listed here like `internalError`")
def an_unknown_code_is_no_reason_to_try_again(t):
    t.serve(hostile.says(UNKNOWN_CODE, times=1))
    t.fails(t.call(complete("gar")), "refused", code=UNKNOWN_CODE, retryable=False)
    t.equal(texts(t.call(complete("gar"))), ["gar!"])
    t.equal(t.daemon.connections, 1)


@case('"Again": the same request may succeed later.')
def every_code_of_the_table(t):
    for error in t.suite["errors"]:
        t.serve(hostile.says(error["code"]), keep_client=True)
        for call in (complete("gar"), record("pond")):
            t.fails(t.call(call), "refused", code=error["code"], retryable=error["again"])
        # Nothing is sent again by itself because of an error.
        t.equal(t.daemon.methods(), ["complete", "record"])


@case("| -32002 | busy | there are too many connections")
def a_refused_connection(t):
    t.serve(hostile.full)
    t.fails(t.call(complete("gar")), "refused", code=BUSY, retryable=True)
    t.equal(texts(t.call(complete("gar"))), ["gar!"])


# Garbage


@case("What is defended is the daemon itself and its other clients.")
def garbage_is_an_error_and_then_over(t):
    for data in (
        b"garbage\n",
        b"7\n",
        b'"text"\n',
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'{"jsonrpc":"2.0","id":1}\n',
        b"\xff\xfe{}\n",
        b'{"a":"\xff"}\n',
        b"[" * 100000 + b"\n",
        b'{"a":' * 100000 + b"\n",
        b'{"jsonrpc":"2.0","id":1,"result":\n',
        b'{"jsonrpc":"2.0","id":1,"result":{}}}\n',
        b'{"a":"\\u12"}\n',
        b'{"a":1e}\n',
        b"\x00\n",
    ):
        t.serve(hostile.garbage(data), what=repr(data[:40]), keep_client=True)
        t.fails(t.call(complete("gar")), "invalid")
        t.equal(texts(t.call(complete("pond"))), ["pond!"])


@case("Read the members that you know and ignore the rest.")
def answers_of_the_wrong_shape_are_errors(t):
    for result in (
        b"null",
        b"[]",
        b"7",
        b"{}",
        b'{"suggestions":7}',
        b'{"suggestions":[7]}',
        b'{"suggestions":[{"text":7}]}',
        b'{"suggestions":[{"score":1}]}',
    ):

        def behaviour(peer, number, result=result):
            request = peer.request()
            if request is not None and number == 0:
                identity = str(request["id"]).encode()
                if isinstance(request["id"], str):
                    identity = b'"' + identity + b'"'
                peer.send(b'{"jsonrpc":"2.0","id":' + identity + b',"result":' + result + b"}\n")
                if peer.request() is not None:
                    peer.send(b'{"jsonrpc":"2.0","id":null,"error":7}\n')
            elif request is not None:
                peer.answer(request)
                peer.serve()

        t.serve(behaviour, what=repr(result), keep_client=True)
        t.fails(t.call(complete("gar")), "invalid")
        outcome = t.call(complete("gar"))
        if "error" in outcome:
            t.fails(outcome, "invalid")
            t.equal(texts(t.call(complete("gar"))), ["gar!"])
        else:
            t.equal(texts(outcome), ["gar!"])


# Deadlines


@case("`record` waits for the disk, `complete` does not.")
def an_answer_that_does_not_come(t):
    t.serve(hostile.stalls_first)
    t.fails(t.call(complete("gar"), deadline_ms=300), "timeout", retryable=True)
    t.serve(hostile.stalls_first)
    t.fails(t.call(record("pond"), deadline_ms=300), "timeout", retryable=False)
    t.equal(t.daemon.methods(), ["record"])


@case("`record` waits for the disk, `complete` does not.")
def a_deadline_is_for_the_whole_answer(t):
    t.serve(hostile.trickles)
    t.fails(t.call(complete("gar"), deadline_ms=400), "timeout")


@case("Tell them apart by `id`.")
def a_flood_does_not_move_a_deadline(t):
    t.serve(hostile.floods)
    t.fails(t.call(complete("gar"), deadline_ms=500), "timeout")


@case("The daemon closes a connection that takes no byte for 30 seconds while answers wait")
def a_daemon_that_reads_nothing(t):
    t.serve(hostile.deaf)
    outcomes = t.calls([complete("x" * 60000) for _ in range(40)], deadline_ms=600)
    for outcome in outcomes:
        t.fails(outcome, "timeout", retryable=True)


@case("Connecting")
def a_daemon_that_accepts_nobody(t):
    # The queue of connections is full: connect(2) itself does not return.
    t.serve(None, backlog=0)
    waiting = []
    try:
        for _ in range(8):
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.setblocking(False)
            waiting.append(one)
            try:
                one.connect(t.path)
            except BlockingIOError:
                break
        outcome = t.call(record("pond"), deadline_ms=400)
        t.equal(outcome["error"]["kind"] in ("timeout", "unavailable"), True)
        # Nothing was sent, so even a record may be tried again.
        t.equal(outcome["error"]["retryable"], True)
    finally:
        for one in waiting:
            one.close()


# Connections that end


@case("and one on which nothing comes or goes for an hour")
def a_connection_that_was_closed_while_idle(t):
    for call in (complete("gar"), record("pond")):
        t.serve(hostile.good)
        t.equal(t.call(PING), PONG)
        t.daemon.hang_up()
        t.equal("error" in t.call(call), False)
        t.equal(t.daemon.methods(), ["ping", call["method"]])


@case("A line that the end of the stream cuts off is dropped, never carried out.")
def a_completion_is_asked_for_again(t):
    for behaviour in (hostile.ends(1), hostile.ends_in_an_answer):
        t.serve(behaviour)
        t.equal(texts(t.call(complete("gar"))), ["gar!"])
        t.equal(t.daemon.methods(), ["complete", "complete"])


@case("The answer is sent when the query is durable")
def a_record_is_never_sent_again(t):
    for call in (record("pond"), END):
        for behaviour in (hostile.ends(1), hostile.ends_in_an_answer):
            t.serve(behaviour)
            t.fails(t.call(call), "closed", retryable=False)
            time.sleep(0.1)
            t.equal(t.daemon.methods(), ["record"])
            t.equal(t.call(PING), PONG)


@case("so it may send all of them again: after an error, or when the source has grown")
def an_import_is_sent_again(t):
    for behaviour in (hostile.ends(1), hostile.ends_in_an_answer):
        t.serve(behaviour)
        t.equal(t.call(IMPORT), {"result": {"recorded": 1, "known": 0, "ahead": 0}})
        t.equal(t.daemon.methods(), ["import", "import"])
        t.equal(*[json.loads(line)["params"] for _, line in t.daemon.lines])
    t.serve(hostile.stalls_first)
    t.fails(t.call(IMPORT, deadline_ms=300), "timeout", retryable=True)


@case("`export` gives everything of a session back")
def an_export_is_asked_for_again(t):
    t.serve(hostile.ends_in_an_answer)
    t.equal("error" in t.call(EXPORT), False)
    t.equal(t.daemon.methods(), ["export", "export"])


@case("A daemon that stops answers the requests that it has received")
def a_completion_is_not_asked_for_without_end(t):
    t.serve(hostile.ends(1 << 30))
    t.fails(t.call(complete("gar")), "closed", retryable=True)
    t.equal(1 <= len(t.daemon.lines) <= 2, True)


@case("The socket is `$XDG_RUNTIME_DIR/qacd/qacd.sock`")
def a_daemon_that_is_away_and_comes_back(t):
    for call in (complete("gar"), record("pond")):
        t.fails(t.call(call), "unavailable", retryable=True)
    t.serve(hostile.good, keep_client=True)
    t.equal(texts(t.call(complete("gar"))), ["gar!"])
    t.daemon.stop()
    t.fails(t.call(record("pond")), "unavailable", retryable=True)
    t.serve(hostile.good, keep_client=True)
    t.equal("error" in t.call(record("pond")), False)
    t.equal(t.daemon.methods(), ["record"])


@case("A path holds at most 107 bytes.")
def a_path_that_is_too_long(t):
    t.client("/tmp/" + "p" * 120)
    t.fails(t.call(PING), "unavailable")
