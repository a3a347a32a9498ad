"""The Language Server Protocol: what an editor says, and what it is told.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from flake8_celery_get import __version__
from flake8_celery_get.choices.baseline import BaselineError
from flake8_celery_get.choices.configuration import ConfigurationError
from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.cli.server.actions import actions
from flake8_celery_get.cli.server.diagnostics import diagnostic
from flake8_celery_get.cli.server.places import Places, touches
from flake8_celery_get.cli.server.session import Found, Session
from flake8_celery_get.cli.server.thread import Thread
from flake8_celery_get.pages.page import all_pages

PATIENCE = 0.1
"""Seconds without a key before the text is read."""

WATCHED = ("**/*.py", "**/pyproject.toml", "**/.env", "**/celery-guard-baseline.json")
UNUSABLE = (UsageError, ConfigurationError, BaselineError, OSError)
"""Raised for settings that can't be used: the editor's user is told."""


class Server(LanguageServer):
    """One editor's server; findings are made in a thread, so that it always answers."""

    def __init__(self) -> None:
        super().__init__("celery-guard", f"v{__version__}")
        self.session = Session()
        self._thread = Thread()
        self._texts: dict[str, str | None] = {}
        self._waiting: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, uri: str, text: str | None) -> None:
        """Read a text as soon as nobody has typed for a moment; None: as the disk has it."""
        path = uris.to_fs_path(uri)
        if path is None or not path.endswith((".py", ".pyi")):
            return
        self._texts[path] = text
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(PATIENCE, self._read_texts)

    def soon(self, work: Callable[[], Found]) -> None:
        """Do something in the thread, and show what it finds."""
        task = asyncio.ensure_future(self._done(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done(self, work: Callable[[], Found]) -> None:
        try:
            found = await self._thread.result_of(work)
        except UNUSABLE as error:
            note = types.ShowMessageParams(
                types.MessageType.Error, f"celery-guard: {error}"
            )
            self.window_show_message(note)
        else:
            for path in found:
                self._show(path)

    def _read_texts(self) -> None:
        texts, self._texts = self._texts, {}
        self.soon(lambda: self._edited(texts))

    def _edited(self, texts: dict[str, str | None]) -> Found:
        found: Found = {}
        for path, text in texts.items():
            found |= self.session.edit(path, text)
        return found

    def _show(self, path: str) -> None:
        places = cache(self.places)
        shown = [diagnostic(each, places) for each in self.session.shown(path)]
        uri = uris.from_fs_path(path) or ""
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, shown))

    def places(self, path: str) -> Places:
        """Where things stand in the text that a file's findings are about."""
        return Places(self.session.text(path), self.workspace.position_codec)

    def uri(self, path: str) -> str:
        """How the editor calls a file; it writes some characters in its own way."""
        opened = (uri for uri in self.workspace.text_documents if _path(uri) == path)
        return next(opened, uris.from_fs_path(path) or "")

    def is_current(self, path: str) -> bool:
        """Whether the findings of a file are about the text that the editor holds."""
        document = self.workspace.get_text_document(self.uri(path))
        return document.source.replace("\r\n", "\n") == self.session.text(path)


def server() -> Server:
    """A server that knows what it is asked."""
    made = Server()
    for method, handler in _HANDLERS.items():
        made.feature(method)(handler)
    return made


def _initialized(ls: Server, _params: types.InitializedParams) -> None:
    watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    if _can_watch(ls.client_capabilities):
        wish = types.Registration("celery-guard-files", method, options)
        ls.client_register_capability(types.RegistrationParams([wish]))
    folders = [_path(folder.uri) for folder in ls.workspace.folders.values()]
    ls.soon(lambda: ls.session.open(folders))


def _can_watch(client: types.ClientCapabilities) -> bool:
    watching = client.workspace and client.workspace.did_change_watched_files
    return bool(watching and watching.dynamic_registration)


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    ls.later(params.text_document.uri, params.text_document.text)


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    ls.later(uri, ls.workspace.get_text_document(uri).source)


def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    ls.later(params.text_document.uri, None)


def _files_changed(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """What is open in the editor stays as it is there."""
    if any(map(_changes_the_project, params.changes)):
        ls.soon(ls.session.reload)
        return
    for change in params.changes:
        if change.uri not in ls.workspace.text_documents:
            ls.later(change.uri, None)


def _changes_the_project(change: types.FileEvent) -> bool:
    """Whether other files are there, or other settings."""
    is_other = change.type != types.FileChangeType.Changed
    return is_other or not change.uri.endswith(".py")


def _folders_changed(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    gone = [_path(folder.uri) for folder in params.event.removed]
    new = [_path(folder.uri) for folder in params.event.added]
    ls.soon(lambda: ls.session.close(gone) | ls.session.open(new))


def _code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    path = _path(params.text_document.uri)
    text, places = ls.session.text(path), ls.places(path)
    if not ls.is_current(path):
        return []  # somebody is typing: the places are those of a text before
    return [
        action
        for finding in ls.session.shown(path)
        if touches(places.range(finding), params.range)
        for shown in [diagnostic(finding, ls.places)]
        for action in actions(text, finding, shown, ls)
    ]


def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    path = _path(params.text_document.uri)
    places = ls.places(path)
    point = types.Range(params.position, params.position)
    codes = [
        finding.code
        for finding in ls.session.shown(path)
        if touches(places.range(finding), point)
    ]
    if not codes:
        return None
    text = "\n\n".join(_pages(codes))
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


def _pages(codes: Sequence[str]) -> Iterator[str]:
    for page in all_pages():
        if page.code in codes:
            yield f"{page.markdown}\n[{page.code} {page.name}]({page.url})"


def _path(uri: str) -> str:
    return uris.to_fs_path(uri) or ""


_HANDLERS: dict[str, Callable[[Server, Any], Any]] = {
    types.INITIALIZED: _initialized,
    types.TEXT_DOCUMENT_DID_OPEN: _opened,
    types.TEXT_DOCUMENT_DID_CHANGE: _changed,
    types.TEXT_DOCUMENT_DID_CLOSE: _closed,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _files_changed,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: _folders_changed,
    types.TEXT_DOCUMENT_CODE_ACTION: _code_actions,
    types.TEXT_DOCUMENT_HOVER: _hover,
}
