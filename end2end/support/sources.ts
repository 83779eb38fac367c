// Places on this machine's loopback that a catalog can be read from: files over HTTP, and git repositories as a git server has them.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Sources {
  /** Without a slash at the end. */
  url: string;
  /** What a path holds; `undefined` takes it away. */
  put(path: string, text: string | undefined): void;
  /** Makes a commit in a repository, which it makes where there is none; gives its clone address. */
  push(repository: string, files: Record<string, string>): string;
  stop(): Promise<void>;
}

export async function startSources(): Promise<Sources> {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-sources-'));
  const files = new Map<string, string>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path.startsWith('/git/')) return serveGit(folder, request, response);
    const text = files.get(path);
    if (text === undefined) return void response.writeHead(404).end('nothing here');
    response.writeHead(200, { 'content-type': 'text/yaml' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    put: (path, text) => void (text === undefined ? files.delete(path) : files.set(path, text)),
    push(repository, contents) {
      const work = join(folder, 'work', repository);
      const bare = join(folder, 'git', `${repository}.git`);
      const git = (at: string, ...args: string[]) =>
        execFileSync('git', ['-C', at, '-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false', ...args], { stdio: 'pipe' });
      mkdirSync(bare, { recursive: true });
      git(bare, 'init', '--quiet', '--bare', '--initial-branch=main');
      git(bare, 'config', 'uploadpack.allowFilter', 'true');
      mkdirSync(work, { recursive: true });
      git(work, 'init', '--quiet', '--initial-branch=main');
      for (const [path, text] of Object.entries(contents)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        writeFileSync(join(work, path), text);
      }
      git(work, 'add', '--all');
      git(work, 'commit', '--quiet', '--message=Change');
      git(work, 'push', '--quiet', '--force', bare, 'main');
      return `${url}/git/${repository}.git`;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** git's own server program, which speaks CGI. */
function serveGit(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://x');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.on('close', () => {
    const out = Buffer.concat(parts);
    const end = out.indexOf('\r\n\r\n');
    const headers = Object.fromEntries(
      out.subarray(0, Math.max(end, 0)).toString().split('\r\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const status = Number.parseInt(headers.Status ?? '200', 10);
    delete headers.Status;
    response.writeHead(status, headers).end(out.subarray(end + 4));
  });
}
