// Starts the OpenID provider of the tests as a process of its own, and the portal that trusts it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDemo, type Demo } from './demo';

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

export class OidcProvider {
  private process?: ChildProcess;

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly portal: string,
  ) {}

  static async start(portal: string): Promise<OidcProvider> {
    const port = await freePort();
    const provider = new OidcProvider(`http://localhost:${port}`, port, portal);
    await provider.run('first');
    return provider;
  }

  /** Starts again with another signing key; whoever was signed in there is not any more. */
  async rotateKeys(): Promise<void> {
    await this.stop();
    await this.run('second');
  }

  /** From now on tokens are issued as if it were so many seconds ago. */
  async issueLate(seconds: number): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.port}/behave?late=${seconds}`, { method: 'POST' });
    if (response.status !== 204) throw new Error(`the provider answered ${response.status}`);
  }

  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await ended;
  }

  private async run(key: string): Promise<void> {
    const program = join(dirname(fileURLToPath(import.meta.url)), 'oidc-provider.mjs');
    const child = spawn(process.execPath, [program, String(this.port), this.portal, key], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-20_000);
        if (said.includes('The provider is ready')) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the provider ended with ${code}; it said:\n${said}`)));
    });
  }
}

export interface World {
  portal: Demo;
  provider: OidcProvider;
  stop(): Promise<void>;
}

/** The portal with a small catalog of its own, and the provider that it trusts: with OpenID Connect, and as plain OAuth 2.0. */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-sign-in-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const provider = await OidcProvider.start(address);
  const user = (name: string) =>
    `apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: ${name}\nspec:\n  profile:\n    displayName: ${name[0]?.toUpperCase()}${name.slice(1)} Example\n    email: ${name}@example.com\n  memberOf: []\n`;
  const catalog = join(folder, 'catalog-info.yaml');
  writeFileSync(catalog, ['ada', 'grace', 'unverified'].map(user).join('---\n'));
  const config = join(folder, 'waymark.toml');
  writeFileSync(
    config,
    `[[sign-in]]
id = "sso"
label = "Example SSO"
type = "oidc"
issuer = "${provider.url}"
client-id = "sso"
client-secret = "sso-secret-of-the-tests"
resolvers = ["email"]

[[sign-in]]
id = "plain"
label = "Plain"
type = "oauth2"
client-id = "plain"
client-secret = "plain-secret-of-the-tests"
authorization-url = "${provider.url}/auth"
token-url = "${provider.url}/token"
userinfo-url = "${provider.url}/me"
subject-claim = "sub"
login-claim = "preferred_username"
scopes = ["openid", "email", "profile"]
resolvers = ["username"]
`,
  );
  const clean = async () => {
    await provider.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const args = ['--config', config, '--catalog', catalog, '--public-url', address, '--listen', `127.0.0.1:${port}`];
    const portal = await startDemo(args);
    const stop = async () => {
      await portal.stop();
      await clean();
    };
    return { portal, provider, stop };
  } catch (error) {
    await clean();
    throw error;
  }
}
