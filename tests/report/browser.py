"""A headless browser driven through its own driver, with nothing but the standard library."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
DRIVER = shutil.which("chromedriver") or ""
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
KEYS = {"tab": "\ue004", "enter": "\ue007", "down": "\ue015", "right": "\ue014", "space": "\ue00d"}


def available() -> bool:
    """Whether a browser and its driver are installed."""
    return bool(CHROMIUM and DRIVER)


class Browser:
    """A window of a headless browser; use it in a ``with`` statement."""

    def __init__(self, width: int = 1440, height: int = 1000) -> None:
        self.size = (width, height)

    def __enter__(self) -> Browser:
        self._folder = tempfile.TemporaryDirectory()
        log = Path(self._folder.name) / "log"
        self._process = subprocess.Popen(
            [DRIVER, "--port=0"], stdout=log.open("wb"), stderr=subprocess.STDOUT
        )
        self._address = f"http://127.0.0.1:{self._port(log)}"
        profile = f"--user-data-dir={self._folder.name}/profile"
        width, height = self.size
        phone = {"mobileEmulation": {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2}}}
        options = {"binary": CHROMIUM, "args": [*QUIET, profile, f"--window-size={width},{height}"]}
        wanted = {
            "goog:chromeOptions": options | (phone if width < 700 else {}),
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._address += f"/session/{made['sessionId']}"
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._call("DELETE", "")
        finally:
            self._process.terminate()
            self._process.wait(20)
            self._folder.cleanup()

    def _port(self, log: Path) -> str:
        for _ in range(200):
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            port = re.search(r"started successfully on port (\d+)", said)
            if port:
                return port[1]
            time.sleep(0.05)
        raise RuntimeError("the driver did not start")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self._address + path, data, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())["value"]

    def open(self, page: Path, view: str = "") -> None:
        """Open a local page, at a view that its address names, and wait until it is drawn."""
        self._call("POST", "/url", {"url": "about:blank"})
        self._call("POST", "/url", {"url": page.resolve().as_uri() + view})
        for _ in range(400):
            if self.run("return document.documentElement.dataset.ready"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"the page was never ready: {self.complaints()}")

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page and return what it returns."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def press(self, *keys: str) -> None:
        """Press keys, by their name in `KEYS` or as letters, wherever the focus is."""
        acts = [{"type": kind, "value": KEYS.get(k, k)} for k in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": acts}]})

    def point(self, x: int, y: int, *, click: bool = False) -> None:
        """Move the mouse to a place in the window, and click there."""
        acts: list[dict[str, Any]] = [{"type": "pointerMove", "x": x, "y": y, "duration": 0}]
        acts += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp") if click]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": acts}
        self._call("POST", "/actions", {"actions": [mouse]})

    def picture(self) -> bytes:
        """Return what the window shows as PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    def complaints(self) -> list[str]:
        """Return what the page wrote to the console since it was last asked."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """Return the addresses on a network that were asked for since it was last asked."""
        entries = self._call("POST", "/se/log", {"type": "performance"})
        events = [json.loads(entry["message"])["message"] for entry in entries]
        sent = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if url.startswith(("http", "ws", "ftp"))]
