"""Real receivers on this machine: a webhook and a mail server."""

import base64
import json
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Body = dict[str, Any]
PASSWORD = "correct-horse-battery"
LOGIN = base64.b64encode(f"\0ghala\0{PASSWORD}".encode()).decode()


@dataclass
class Webhook:
    """What arrived by path; `answers` are the (status, headers) of the next requests, 200 after them."""

    url: str
    posts: list[tuple[str, Body]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    requests: int = 0

    @property
    def heads(self) -> list[str]:
        """The first line of each message."""
        return [body["text"].splitlines()[0] for _, body in self.posts]


@contextmanager
def webhook(port: int = 0) -> Iterator[Webhook]:
    """A server that takes webhooks, at a port of its own unless given."""
    got = Webhook("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.requests += 1
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers = got.answers.pop(0) if got.answers else (200, {})
            if status == 200:
                got.posts.append((self.path, body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", port), Handler)) as number:
        got.url = f"http://127.0.0.1:{number}"
        yield got


@dataclass
class Mails:
    """Mails that arrived, and the commands that came, of which `in_the_clear` before TLS."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    in_the_clear: list[str] = field(default_factory=list)


@contextmanager
def mail_server(context: ssl.SSLContext | None = None, implicit: bool = False) -> Iterator[Mails]:
    """A mail server: with a context it offers STARTTLS and then a login, or speaks TLS from the start (implicit)."""
    got = Mails()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            connection, safe = self.request, False
            if context and implicit:
                connection, safe = context.wrap_socket(connection, server_side=True), True
            stream = connection.makefile("rwb")

            def say(*lines: str) -> None:
                stream.write("".join(f"{line}\r\n" for line in lines).encode())
                stream.flush()

            say("220 ready")
            while line := stream.readline().decode().strip():
                got.commands.append(line)
                if not safe:
                    got.in_the_clear.append(line)
                word = line.split()[0].upper()
                if word == "EHLO":
                    say("250-here", *(["250 AUTH PLAIN"] if safe else ["250 STARTTLS"] if context else ["250 HELP"]))
                elif word == "STARTTLS" and context:
                    say("220 go")
                    stream.close()
                    connection, safe = context.wrap_socket(connection, server_side=True), True
                    stream = connection.makefile("rwb")
                elif word == "AUTH":
                    say("235 welcome" if line.endswith(LOGIN) else "535 no")
                elif word == "DATA":
                    say("354 go on")
                    lines = []
                    while (text := stream.readline()) != b".\r\n":
                        lines.append(text)
                    got.mails.append(message_from_bytes(b"".join(lines), policy=default))
                    say("250 taken")
                elif word == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 fine")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with _serving(server) as got.port:
        yield got


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost that nobody has signed, and the server side of it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
