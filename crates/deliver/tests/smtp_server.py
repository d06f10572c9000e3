"""A mail server for tests: aiosmtpd, which speaks SMTP as RFC 5321 has it, with what real servers do to mails besides.

Prints its port on the first line, then one JSON object for each message that it took. What becomes of a mail its recipient says:
busy-N@…      refused for now the first N times (451)
refused@…     refused for good (550)
cut-N@…       taken, but the connection breaks before that is said, the first N times
"""

import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self):
        self.seen = {}

    def times(self, address, word):
        local = address.split("@")[0]
        if not local.startswith(word + "-"):
            return False
        self.seen[address] = self.seen.get(address, 0) + 1
        return self.seen[address] <= int(local.rsplit("-", 1)[1])

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.times(address, "busy"):
            return "451 4.7.1 greylisted, please come back"
        if address.startswith("refused@"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        said = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            "user": session.auth_data.decode() if session.auth_data else None,
            "data": envelope.content.decode("utf-8"),
        }
        print(json.dumps(said), flush=True)
        if self.times(envelope.rcpt_tos[0], "cut"):
            server.transport.abort()
        return "250 2.0.0 taken"


async def main():
    args = argparse.ArgumentParser()
    args.add_argument("--port", type=int, default=0)
    args.add_argument("--cert")
    args.add_argument("--key")
    args.add_argument("--mode", choices=["plain", "starttls", "tls"], default="plain")
    args.add_argument("--user")
    args.add_argument("--password")
    args = args.parse_args()

    context = None
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)

    def authenticate(server, session, envelope, mechanism, data):
        right = data.login.decode() == args.user and data.password.decode() == args.password
        return AuthResult(success=right, handled=False, auth_data=data.login if right else None)

    handler = Handler()

    def one():
        return SMTP(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            require_starttls=args.mode == "starttls",
            tls_context=context if args.mode == "starttls" else None,
            auth_required=args.user is not None,
            auth_require_tls=False,
            authenticator=authenticate if args.user is not None else None,
        )

    wrapped = context if args.mode == "tls" else None
    server = await asyncio.get_running_loop().create_server(one, "127.0.0.1", args.port, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    # It ends with whoever has started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
