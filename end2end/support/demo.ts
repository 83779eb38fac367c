// A demo server on a free port with a data directory of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The bearer token under which the tests use REST: a demo does not open it otherwise. */
export const ADMIN_TOKEN = 'browser-tests-only-0123456789abcdef';

export interface Demo {
  /** Its address, without a slash at the end. */
  url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** The binary under test; `WAYMARK_BINARY` names another one. */
export function binary(): string {
  return process.env.WAYMARK_BINARY ?? join(dirname(fileURLToPath(import.meta.url)), '../../target/debug/waymark');
}

/** Starts `waymark serve` and waits until it says where it listens. Without `--demo` among them, the arguments decide what it serves. */
export async function startDemo(args: string[] = ['--demo'], env: Record<string, string> = {}): Promise<Demo> {
  const data = mkdtempSync(join(tmpdir(), 'waymark-end2end-'));
  const child = spawn(binary(), ['serve', ...args, ...(args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']), '--data-dir', data], {
    env: { ...process.env, WAYMARK_ADMIN_TOKEN: ADMIN_TOKEN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the demo was not ready within a minute; it said:\n${said}`)), 60_000);
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      const found = /Waymark is ready at (http:\/\/[^\s/]+)/.exec(said);
      if (found?.[1]) {
        clearTimeout(late);
        resolve(found[1]);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', (error) => reject(new Error(`cannot start ${binary()} (cargo build -p server): ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}; it said:\n${said}`)));
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
}
