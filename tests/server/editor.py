"""An editor, as far as the server can tell: a client on the other end of two pipes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 120
"""Seconds until a test stops waiting for the server."""


class Editor:
    """Opens and edits files, and keeps what the server published of each."""

    def __init__(self, folder: Path, client: LanguageClient) -> None:
        self.folder = folder
        self.client = client
        self.published: dict[str, list[types.Diagnostic]] = {}
        self.messages: list[str] = []
        self._news = asyncio.Event()

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = list(params.diagnostics)
            self._news.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)  # type: ignore[untyped-decorator]
        def message(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def shown(self, name: str) -> list[str]:
        """The codes in a file, each with its line as an editor counts it, from 1."""
        found = self.published.get(self.uri(name), [])
        return [f"{each.range.start.line + 1} {each.code}" for each in found]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the server says."""
        while not condition():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), PATIENCE)

    async def open(self, name: str, text: str) -> None:
        document = types.TextDocumentItem(
            self.uri(name), types.LanguageKind.Python, 1, text
        )
        params = types.DidOpenTextDocumentParams(document)
        self.client.text_document_did_open(params)

    async def type(self, name: str, text: str) -> None:
        document = types.VersionedTextDocumentIdentifier(2, self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        params = types.DidChangeTextDocumentParams(document, [change])
        self.client.text_document_did_change(params)

    async def close(self, name: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    async def tell(self, name: str, kind: types.FileChangeType) -> None:
        """Say that a file was changed on disk."""
        event = types.FileEvent(self.uri(name), kind)
        params = types.DidChangeWatchedFilesParams([event])
        self.client.workspace_did_change_watched_files(params)

    async def actions(self, name: str, line: int) -> dict[str, types.CodeAction]:
        """What is offered in a line, by title."""
        here = types.Range(types.Position(line - 1, 0), types.Position(line - 1, 99))
        document = types.TextDocumentIdentifier(self.uri(name))
        context = types.CodeActionContext([])
        params = types.CodeActionParams(document, here, context)
        found = await self.client.text_document_code_action_async(params) or []
        return {each.title: each for each in found if isinstance(each, types.CodeAction)}

    async def hover(self, name: str, line: int, column: int) -> str:
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.HoverParams(document, types.Position(line - 1, column))
        found = await self.client.text_document_hover_async(params)
        contents = found.contents if found else ""
        return contents.value if isinstance(contents, types.MarkupContent) else ""


@asynccontextmanager
async def editor(folder: Path) -> AsyncIterator[Editor]:
    """Start the server as an editor does, with one folder open, and end it."""
    client = LanguageClient("tests", "1")
    it = Editor(folder, client)
    command = ["-m", "flake8_celery_get", "server"]
    await client.start_io(sys.executable, *command)
    opened = types.WorkspaceFolder(folder.as_uri(), folder.name)
    await client.initialize_async(
        types.InitializeParams(
            types.ClientCapabilities(), workspace_folders=[opened], root_uri=folder.as_uri()
        )
    )
    client.initialized(types.InitializedParams())
    try:
        yield it
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()  # type: ignore[no-untyped-call]


def in_editor(folder: Path, script: Callable[[Editor], Awaitable[None]]) -> None:
    """Run what somebody does in an editor."""

    async def run() -> None:
        async with editor(folder) as it:
            await script(it)

    asyncio.run(run())
