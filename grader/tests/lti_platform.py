"""An LMS that speaks LTI 1.3's services over HTTP: tokens, names and roles, assignments and grades.

It refuses what the specifications say a platform may refuse: a key, an audience or a signature that
is not the tool's, a token twice, a scope that was not asked for, a wrong type of content, a score
older than the one before.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"


class Platform:
    """The LMS; `members` come in pages of two, as they are."""

    def __init__(self, members: list[dict], client_id: str = "tool-7") -> None:
        self.members, self.client_id = members, client_id
        self.public_key = ""
        self.items: list[dict] = []
        self.scores: list[tuple[str, dict]] = []
        self.elsewhere = ""
        self._tokens: dict[str, set[str]] = {}
        self._seen: set[str] = set()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                platform.answer(self, b"")

            def do_POST(self) -> None:
                platform.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self) -> dict[str, str]:
        """Return what an instructor reads off the LMS's pages."""
        return {
            "client_id": self.client_id,
            "token_url": f"{self.url}/token",
            "lineitems": f"{self.url}/items?type_id=3",
            "memberships": f"{self.url}/members",
        }

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        url = urlsplit(handler.path)
        try:
            if url.path == "/token":
                status, headers, said = 200, {}, self._token(parse_qs(body.decode()))
            else:
                status, headers, said = self._service(handler, url.path, parse_qs(url.query), body)
        except AssertionError as error:
            status, headers, said = 400, {}, {"error": str(error)}
        except jwt.InvalidTokenError as error:
            status, headers, said = 401, {}, {"error": f"invalid_client: {error}"}
        data = b"" if said is None else json.dumps(said).encode()
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def _token(self, form: dict[str, list[str]]) -> dict:
        assert form["grant_type"] == ["client_credentials"], "grant_type"
        assert form["client_assertion_type"] == [
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        ], "client_assertion_type"
        claims = jwt.decode(
            form["client_assertion"][0],
            self.public_key,
            ["RS256"],
            audience=f"{self.url}/token",
            options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
        )
        assert claims["iss"] == claims["sub"] == self.client_id, "not this tool"
        assert claims["jti"] not in self._seen, "a token twice"
        self._seen.add(claims["jti"])
        token = f"token-{len(self._tokens)}"
        self._tokens[token] = set(form["scope"][0].split())
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def _service(
        self, handler: BaseHTTPRequestHandler, path: str, query: dict, body: bytes
    ) -> tuple[int, dict, object]:
        scopes = self._tokens.get(handler.headers["Authorization"].removeprefix("Bearer "), set())
        kind, accept = handler.headers["Content-Type"], handler.headers["Accept"]
        if path == "/members":
            assert NRPS in scopes and accept == MEMBERS_TYPE, "scope or type of members"
            start = int(query.get("page", ["Ab0"])[0].removeprefix("Ab"))  # in capitals, too
            following = self.elsewhere or f"{self.url}/members?page=Ab{start + 2}"
            more = {"Link": f'<{following}>; rel="next"'} if self.members[start + 2 :] else {}
            page = {"id": f"{self.url}{path}", "members": self.members[start : start + 2]}
            return 200, more, page
        if path == "/items" and handler.command == "GET":
            assert f"{AGS}lineitem" in scopes, "scope of line items"
            return 200, {}, self.items
        if path == "/items":
            assert f"{AGS}lineitem" in scopes and kind == ITEM_TYPE, "scope or type of a line item"
            item = json.loads(body)
            assert item["scoreMaximum"] > 0 and item["label"], "a line item"
            item["id"] = f"{self.url}/items/{len(self.items) + 1}?type_id=3"
            self.items.append(item)
            return 201, {}, item
        number, _, what = path.removeprefix("/items/").partition("/")
        assert what == "scores" and query == {"type_id": ["3"]}, "an address of scores"
        assert f"{AGS}score" in scopes and kind == SCORE_TYPE, "scope or type of a score"
        score = json.loads(body)
        assert score["userId"] in {member["user_id"] for member in self.members}, "a user"
        assert 0 <= score["scoreGiven"] and score["scoreMaximum"] > 0, "points"
        assert score["activityProgress"] in ("Submitted", "Completed"), "activityProgress"
        assert score["gradingProgress"] in ("PendingManual", "FullyGraded"), "gradingProgress"
        when = datetime.fromisoformat(score["timestamp"])
        assert when.tzinfo and when.microsecond % 1000 == 0, "a time"
        tag = self.items[int(number) - 1]["tag"]
        before = [s for t, s in self.scores if (t, s["userId"]) == (tag, score["userId"])]
        assert not before or datetime.fromisoformat(before[-1]["timestamp"]) < when, "an old score"
        self.scores.append((tag, score))
        return 200, {}, None
