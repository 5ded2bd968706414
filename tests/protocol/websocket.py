"""A small WebSocket client (RFC 6455) on Python's standard library: text messages, fragments, ping, pong, close."""

import base64
import hashlib
import os
import socket
import ssl
import struct
import time
from urllib.parse import urlsplit

CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 §1.3
SEND_AT_ONCE = 8 * 1024  # bytes; longer messages go out in fragments
RECEIVE_AT_MOST = 4 * 1024 * 1024  # bytes; the hub never sends more in one message
WAIT = 10.0  # seconds for connecting, the handshake, one write and the other end's goodbye


class Closed(Exception):
    """The connection is over. `code` is the other end's close status; 1006 when it just went away."""

    def __init__(self, code, reason):
        super().__init__(f"the connection was closed: {code} {reason}".rstrip())
        self.code = code


class WebSocket:
    """One open connection. Not for use by two threads at once."""

    def __init__(self, url):
        """Connects to an `http(s)://…` or `ws(s)://…` address."""
        parts = urlsplit(url)
        secure = parts.scheme in ("https", "wss")
        port = parts.port or (443 if secure else 80)
        self.socket = socket.create_connection((parts.hostname, port), timeout=WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=parts.hostname)
        self.received = b""  # bytes that are not a whole frame yet
        self.fragments = b""  # of a text message that is not complete yet
        self.in_message = False
        self._shake_hands(parts.netloc, parts.path or "/")

    def _shake_hands(self, host, path):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.received:
            self._receive_bytes(WAIT)
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        digest = hashlib.sha1((key + ACCEPT_SUFFIX).encode()).digest()
        if status.split()[1] != "101" or headers.get("sec-websocket-accept") != base64.b64encode(digest).decode():
            self.socket.close()
            raise Closed(1002, f"no WebSocket here: {status}")

    def send(self, text):
        """Sends a text message, in fragments when it is long."""
        data = text.encode()
        opcode = TEXT
        while len(data) > SEND_AT_ONCE:
            self._send_frame(opcode, data[:SEND_AT_ONCE], last=False)
            opcode, data = CONTINUATION, data[SEND_AT_ONCE:]
        self._send_frame(opcode, data)

    def receive(self, seconds):
        """The next text message, or None when none is complete within `seconds`. Answers pings meanwhile."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self._next_frame()
            if frame is None:
                left = deadline - time.monotonic()
                if left <= 0 or not self._receive_bytes(left):
                    return None
                continue
            last, opcode, data = frame
            if opcode == PING:
                self._send_frame(PONG, data)
            elif opcode == CLOSE:
                self._send_frame(CLOSE, data[:2])
                self.socket.close()
                code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
                raise Closed(code, data[2:].decode(errors="replace"))
            elif opcode in (TEXT, CONTINUATION):
                if (opcode == CONTINUATION) != self.in_message:
                    self._give_up(1002, "fragments out of order")
                self.fragments, self.in_message = self.fragments + data, not last
                if len(self.fragments) > RECEIVE_AT_MOST:
                    self._give_up(1009, "a message beyond the limit")
                if last:
                    text, self.fragments = self.fragments.decode(), b""
                    return text
            elif opcode != PONG:
                self._give_up(1003, "not a text")

    def close(self):
        """Says goodbye and waits for the other end to do the same."""
        try:
            self._send_frame(CLOSE, struct.pack("!H", 1000))
            deadline = time.monotonic() + WAIT
            while time.monotonic() < deadline:
                self.receive(deadline - time.monotonic())
        except (Closed, OSError):
            pass
        self.socket.close()

    def cut(self):
        """Drops the link without a word, as a pulled cable or a killed program would: a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _send_frame(self, opcode, data, last=True):
        size = len(data)
        head = bytes([(0x80 if last else 0) | opcode])
        if size < 126:  # 0x80: what a client sends is always masked
            head += bytes([0x80 | size])
        elif size < 1 << 16:
            head += struct.pack("!BH", 0x80 | 126, size)
        else:
            head += struct.pack("!BQ", 0x80 | 127, size)
        mask = os.urandom(4)
        pattern = (mask * (size // 4 + 1))[:size]
        masked = int.from_bytes(data, "big") ^ int.from_bytes(pattern, "big")
        self.socket.settimeout(WAIT)
        self.socket.sendall(head + mask + masked.to_bytes(size, "big"))

    def _next_frame(self):
        """Takes one whole frame off what was received, as (last, opcode, data); None if there is none yet."""
        if len(self.received) < 2:
            return None
        first, second = self.received[:2]
        size, start = second & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(self.received) < start:
                return None
            size = int.from_bytes(self.received[2:start], "big")
        if first & 0x70 or second & 0x80:
            self._give_up(1002, "extensions and masks were not agreed on")
        if size > RECEIVE_AT_MOST:
            self._give_up(1009, "a frame beyond the limit")
        if len(self.received) < start + size:
            return None
        data, self.received = self.received[start : start + size], self.received[start + size :]
        return bool(first & 0x80), first & 0x0F, data

    def _receive_bytes(self, seconds):
        """Waits for more bytes; False when none come within `seconds`."""
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(64 * 1024)
        except TimeoutError:
            return False
        except ConnectionError as error:
            raise Closed(1006, str(error)) from None
        if not data:
            raise Closed(1006, "the other end went away")
        self.received += data
        return True

    def _give_up(self, code, reason):
        self._send_frame(CLOSE, struct.pack("!H", code) + reason.encode())
        self.socket.close()
        raise Closed(code, reason)
