# SPDX-License-Identifier: MPL-2.0
"""An SMTP server for tests: smtp_server.py MODE FOLDER.

Prints its port, stores what it accepts in FOLDER as 1.eml, 2.eml, ... with the envelope in N.json, and
ends when its stdin closes. MODE: accept; later (451 after the data); never (550 after the data);
recipient (550 for the recipient); silent (no greeting); hangup (closes after the greeting); login (AUTH of
user/secret required, over STARTTLS); tls (STARTTLS required, with a certificate in FOLDER/cert.pem).
"""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import threading

from aiosmtpd.smtp import AuthResult, SMTP


class Handler:
    def __init__(self, mode, folder):
        self.mode = mode
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "recipient":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "later":
            return "451 4.3.0 come back later"
        if self.mode == "never":
            return "550 5.7.1 not wanted here"
        self.count += 1
        base = os.path.join(self.folder, str(self.count))
        with open(base + ".json", "w") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None}, file)
        with open(base + ".part", "wb") as file:
            file.write(envelope.original_content)
        os.rename(base + ".part", base + ".eml")
        return "250 ok"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"user" and data.password == b"secret"
    return AuthResult(success=good, handled=good)


def make_certificate(folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=DNS:127.0.0.1",
         "-keyout", key, "-out", cert],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def serve_raw(mode):
    """A server that accepts and says nothing, or too little."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    held = []

    def loop():
        while True:
            connection, _ = listener.accept()
            if mode == "hangup":
                connection.sendall(b"220 localhost\r\n")
                connection.recv(100)
                connection.close()
            else:
                held.append(connection)

    threading.Thread(target=loop, daemon=True).start()
    sys.stdin.read()


async def serve(mode, folder):
    options = {}
    if mode in ("tls", "login"):
        options.update(tls_context=make_certificate(folder), require_starttls=True)
    if mode == "login":
        options.update(auth_required=True, authenticator=authenticate)
    handler = Handler(mode, folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    if sys.argv[1] in ("silent", "hangup"):
        serve_raw(sys.argv[1])
    else:
        asyncio.run(serve(sys.argv[1], sys.argv[2]))
