"""A folder, served as GitHub Pages does: below a path, with 404.html, without guessing.

    serve.py FOLDER BASE    prints the address of the site, and serves until it is killed
"""

import mimetypes
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

folder, base = Path(sys.argv[1]).resolve(), sys.argv[2]
mimetypes.add_type("application/xml", ".xml")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = unquote(urlsplit(self.path).path)
        file = folder / path[len(base):] if path.startswith(base) else None
        if file and file.is_dir():
            if not path.endswith("/"):
                return self.send(301, b"", [("Location", self.path + "/")])
            file = file / "index.html"
        if file and file.is_file() and file.resolve().is_relative_to(folder):
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return self.send(200, file.read_bytes(), [("Content-Type", kind)])
        self.send(404, (folder / "404.html").read_bytes(), [("Content-Type", "text/html")])

    def send(self, status, body, headers):
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}{base}", flush=True)
server.serve_forever()
