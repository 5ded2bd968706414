"""A client of Deskbell's hub, written from docs/protocol.md alone: the whole of it, on Python's standard library.

    DESKBELL_PASSWORD=… python3 tests/protocol/client.py http://127.0.0.1:8080 Anna

Anna signs in, becomes ready, takes what is offered and answers. Then her link is dropped in the middle of a message
that nobody confirmed; she connects again, goes on from her cursor, ends the interaction and marks it Done. Whatever
happened meanwhile, she has missed nothing and nothing is there twice: that is compared with what the hub lists.
"""

import http.client
import json
import os
import sys
import time
import uuid
from urllib.parse import urlencode, urlsplit

from websocket import WebSocket

PATIENCE = 60.0  # seconds that anything may take before the client says that it does not happen
PAGE = 200  # rows asked for at a time
ANSWER = "Yes, since this morning."


def fresh_id():
    """A new id: a UUID of version 7, which starts with the time (RFC 9562 §5.7)."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


class Refused(Exception):
    """The hub said no. Branch on `code`; the message is for a person."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


class Hub:
    """The hub's HTTP side: signing in, and reading in bulk."""

    def __init__(self, url):
        self.url = url
        self.token = None
        self.id = None

    def recognise(self):
        """Sees that the hub is the one from before; nothing is shown to another one."""
        answer = self._request("GET", "/v1/hub")
        if self.id not in (None, answer["hub"]):
            raise ConnectionError("another hub answers at this address")
        self.id = answer["hub"]

    def sign_in(self, name, password):
        """Signs in and returns who one is."""
        self.recognise()
        answer = self._request("POST", "/v1/sign-in", {"name": name, "password": password})
        self.token = answer["token"]
        return answer["agent"]

    def snapshot(self):
        """Who one is, one's queues, status and ringing offers, at one position of the log."""
        return self._request("GET", "/v1/snapshot")

    def conversations(self, **scope):
        """All conversations that one may keep, or those of `queue=ID` or `conversation=ID`."""
        yield from self._pages("/v1/conversations", "conversations", "after", scope)

    def messages(self, conversation):
        """The transcript of a conversation, newest first."""
        yield from self._pages(f"/v1/conversations/{conversation}/messages", "messages", "before", {})

    def _pages(self, path, name, cursor, query):
        query = {**query, "limit": PAGE}
        while True:
            page = self._request("GET", f"{path}?{urlencode(query)}")
            yield from page[name]
            if page.get("next") is None:
                return
            query[cursor] = page["next"]

    def _request(self, method, path, body=None):
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=10)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            read = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise Refused(read)
        return read


class Cache:
    """What the agent may read, and how far in the log that is. It outlives connections.

    A real client keeps this in a database: there `apply` is one transaction.
    """

    def __init__(self):
        self.cursor = None
        self.rows = {kind: {} for kind in ("conversation", "interaction", "message", "offer", "status")}
        self.to_page_in = []  # scopes that were granted and are not read yet
        self.unanswered = {}  # commands by id, until the hub answers

    def keep(self, kind, row):
        """Keeps a row unless a newer version is here: so order and repetition do not matter."""
        key = (row["agent"], row["channel"]) if kind == "status" else row["id"]
        known = self.rows[kind].get(key)
        if known is None or row["version"] > known["version"]:
            self.rows[kind][key] = row

    def apply(self, frame):
        """Takes in a frame of entries and moves the cursor."""
        for entry in frame["entries"]:
            change = entry["change"]
            if change["kind"] in self.rows:
                self.keep(change["kind"], change["row"])
            elif change["kind"] == "granted":
                self.to_page_in.append(change["scope"])
            elif change["kind"] == "revoked":
                self._forget(change["scope"])
        self.cursor["position"] = frame["upto"]

    def _forget(self, scope):
        """Deletes the conversations of a queue, or the one conversation, and all that belongs to them."""
        field = "queue" if scope["kind"] == "queue" else "id"
        gone = {it["id"] for it in self.rows["conversation"].values() if it[field] == scope["id"]}
        for kind in ("conversation", "interaction", "message", "offer"):
            for key, row in list(self.rows[kind].items()):
                if row.get("conversation", row["id"]) in gone or row.get("queue") == scope["id"]:
                    del self.rows[kind][key]
        self.to_page_in = [it for it in self.to_page_in if it != scope]

    def find(self, kind, **wanted):
        """The first row of a kind whose fields are as wanted; None if there is none."""
        matching = (row for row in self.rows[kind].values() if wanted.items() <= row.items())
        return next(matching, None)

    def transcript(self, conversation):
        """The messages of a conversation, in order."""
        messages = [it for it in self.rows["message"].values() if it["conversation"] == conversation]
        return sorted(messages, key=lambda it: it["position"])


class Session:
    """One connection: from the hello until it breaks. The cache is what the next one goes on from."""

    def __init__(self, hub, cache):
        """Connects, and returns when nothing is missing any more and nothing is unanswered."""
        self.hub, self.cache = hub, cache
        self.answers = {}  # of commands, by id: None or the error
        self.pings = 0
        hub.recognise()
        self.socket = WebSocket(f"{hub.url}/v1/agent")
        hello = {"kind": "hello", "protocol": 1, "token": hub.token, "app": "stranger/1.0", "capabilities": []}
        if cache.cursor is not None:
            hello["cursor"] = cache.cursor
        self._send(hello)
        first = json.loads(self.socket.receive(PATIENCE) or "null")
        if first is None or first["kind"] == "refused":
            raise Refused(first["error"]) if first else TimeoutError("the hub does not answer the hello")
        self.welcome = first
        self.heartbeat = first["settings"]["heartbeat_s"]
        self.heard = self.pinged = time.monotonic()
        self.until(
            "the log to be caught up with",
            lambda: cache.cursor
            and cache.cursor["generation"] == first["generation"]
            and cache.cursor["position"] >= first["head"],
        )
        for command in list(cache.unanswered.values()):
            self._send(command)
        self.until("what was not answered to be answered", lambda: not cache.unanswered)

    def send(self, name, id=None, **fields):
        """Sends a command and does not wait. Returns its id. It is sent again after a lost connection."""
        id = id or fresh_id()
        command = {"kind": "command", "id": id, "command": {"name": name, **fields}}
        self.cache.unanswered[id] = command
        self._send(command)
        return id

    def command(self, name, **fields):
        """Sends a command and waits for the hub's answer."""
        id = self.send(name, **fields)
        self.until(f"{name} to be answered", lambda: self.answered(id))

    def send_message(self, conversation, body, message=None):
        """Sends a text and does not wait. The command's id is the message's; `seen` is the last that is on screen."""
        message = message or fresh_id()
        fields = {"message": message, "conversation": conversation, "body": body}
        fields["written_at"] = time.time_ns() // 1_000_000
        if transcript := self.cache.transcript(conversation):
            fields["seen"] = transcript[-1]["position"]
        self.send("send_message", message, **fields)
        return message

    def answered(self, id):
        """Whether the hub has answered a command. Raises what it says against it."""
        if id in self.answers and (error := self.answers[id]):
            raise Refused(error)
        return id in self.answers

    def until(self, what, found):
        """Takes in frames until `found` finds what it looks for, and returns that."""
        deadline = time.monotonic() + PATIENCE
        while not (result := found()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited for {what}")
            self.listen(1.0)
        return result

    def listen(self, seconds):
        """Takes in the next frame, if one comes within `seconds`, and keeps the heartbeat."""
        text = self.socket.receive(seconds)
        now = time.monotonic()
        if now - self.pinged >= self.heartbeat:
            self.pings, self.pinged = self.pings + 1, now
            self._send({"kind": "ping", "n": self.pings})
        if text is None:
            if now - self.heard > 3 * self.heartbeat:
                self.socket.cut()
                raise TimeoutError("the hub has said nothing for three heartbeats")
            return
        self.heard = now
        frame = json.loads(text)
        if frame["kind"] == "entries":
            self.cache.apply(frame)
            self._page_in()
        elif frame["kind"] == "reply":
            self.answers[frame["id"]] = frame.get("error")
            self.cache.unanswered.pop(frame["id"], None)
        elif frame["kind"] == "cursor_too_old":
            self._read_all()
        # A pong needs nothing done, and kinds that a later hub may know are ignored.

    def _page_in(self):
        """Reads what was granted."""
        for scope in list(self.cache.to_page_in):
            if scope["kind"] in ("queue", "conversation"):
                read_conversations(self.hub, self.cache, **{scope["kind"]: scope["id"]})
            self.cache.to_page_in.remove(scope)

    def _read_all(self):
        """Reads everything that the hub lists in place of what is here, and says where that stands."""
        snapshot = self.hub.snapshot()
        self.cache.rows = Cache().rows
        read_snapshot(snapshot, self.cache)
        read_conversations(self.hub, self.cache)
        self.cache.cursor = {"generation": snapshot["generation"], "position": snapshot["head"]}
        self._send({"kind": "resume", "cursor": self.cache.cursor})

    def _send(self, frame):
        self.socket.send(json.dumps(frame))


def read_snapshot(snapshot, cache):
    """Keeps one's own status and offers."""
    for status in snapshot["statuses"]:
        cache.keep("status", status)
    for offer in snapshot["offers"]:
        cache.keep("offer", offer)


def read_conversations(hub, cache, **scope):
    """Keeps the conversations of a scope, or all, with their transcripts."""
    for item in hub.conversations(**scope):
        cache.keep("conversation", item["conversation"])
        for interaction in item["interactions"]:
            cache.keep("interaction", interaction)
        try:
            for message in hub.messages(item["conversation"]["id"]):
                cache.keep("message", message)
        except Refused as error:
            if error.code != "not_found":  # else it was taken away since; the log says so too
                raise


def differences(hub, cache):
    """What the hub lists and the cache has not, and what the cache has and the hub does not list."""
    listed = Cache()
    read_conversations(hub, listed)
    missed, doubled = [], []
    for kind in ("conversation", "interaction", "message"):
        here, there = cache.rows[kind], listed.rows[kind]
        missed += [(kind, key) for key, row in there.items() if here.get(key) != row]
        doubled += [(kind, key) for key in here if key not in there]
    return missed, doubled


def say(line):
    """Tells whoever started this how far it came."""
    print(line, flush=True)


def main(url, name):
    """The story."""
    hub, cache = Hub(url), Cache()
    agent = hub.sign_in(name, os.environ["DESKBELL_PASSWORD"])
    say(f"signed in: {agent['name']}")

    session = Session(hub, cache)
    say(f"live: {session.welcome['settings']['hub_name']}")
    session.command("set_status", channel="whatsapp", readiness="ready")
    session.until("the status to be ready", lambda: cache.find("status", agent=agent["id"], readiness="ready"))
    say("ready")

    offer = session.until("an offer to ring", lambda: cache.find("offer", agent=agent["id"], state="ringing"))
    session.command("report_alert", offer=offer["id"], outcome="handed_over")
    say(f"offered: {offer['contact_name']}: {offer['preview']}")
    session.command("accept_offer", offer=offer["id"])
    conversation, interaction = offer["conversation"], offer["interaction"]

    def state():
        return cache.rows["interaction"].get(interaction, {}).get("state")

    session.until("the interaction to be active", lambda: state() == "active")
    session.until("the transcript", lambda: cache.transcript(conversation))
    say("taken")

    answer = session.send_message(conversation, ANSWER)
    session.until("the answer to be stored", lambda: session.answered(answer))
    session.until("the answer in the log", lambda: answer in cache.rows["message"])
    say("answered")

    # As many characters as a message may have, so that it goes out in fragments; and nobody waits for the answer.
    long = session.send_message(conversation, "🚲" * 4096)
    session.socket.cut()
    say(f"dropped: at {cache.cursor['position']}")
    # Whoever runs this says what the contact wrote last while the link was down.
    last = sys.stdin.readline().strip()

    left_at = cache.cursor["position"]
    session = Session(hub, cache)
    say(f"resumed: from {left_at}, live at {cache.cursor['position']}")
    session.until("what the contact wrote", lambda: cache.find("message", content={"kind": "text", "body": last}))
    session.until("the long answer in the log", lambda: long in cache.rows["message"])

    # What is sent again under its id is answered again, and said only once.
    session.send_message(conversation, ANSWER, answer)
    session.until("the repeated answer to be answered", lambda: session.answered(answer))
    say("repeated")

    session.command("end_interaction", interaction=interaction)
    session.until("the interaction to be ended", lambda: state() == "ended")
    say("ended")
    session.command("mark_done", interaction=interaction)
    session.until("the interaction to be done", lambda: state() == "done")
    say("done")

    # Deliveries may still be under way: what was read just now arrives in the log as well.
    deadline = time.monotonic() + PATIENCE
    while any(found := differences(hub, cache)) and time.monotonic() < deadline:
        session.listen(0.2)
    session.socket.close()
    texts = [it["content"]["body"] for it in cache.transcript(conversation) if it["content"]["kind"] == "text"]
    say(f"transcript: {json.dumps(texts)}")
    say(f"missed: {len(found[0])}")
    say(f"doubled: {len(found[1]) + len(texts) - len(set(texts))}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: DESKBELL_PASSWORD=… python3 client.py http://HUB NAME")
    main(sys.argv[1], sys.argv[2])
