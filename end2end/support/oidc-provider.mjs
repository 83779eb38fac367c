// An OpenID provider in a process of its own, as an organisation has one: real pages, real keys, on the loopback.
// Arguments: the port, the portal's address, the name of the signing key. Anybody may sign in with any password; whoever is
// called `stranger` is in nobody's catalog. `POST /behave?late=SECONDS` makes tokens that were issued so long ago.
import { createHash, generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, portal, keyName] = process.argv.slice(2);

// The provider's clock, for tokens only: cookies go on to be of today.
const real = Date.now;
let late = 0;
let issuing = 0;
Date.now = () => real() - (issuing > 0 ? late * 1000 : 0);

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: keyName };

const client = (id, more) => ({
  client_id: id,
  client_secret: `${id}-secret-of-the-tests`,
  redirect_uris: [`${portal}/sign-in/${id}/callback`],
  ...more,
});

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    client('sso', {
      post_logout_redirect_uris: [`${portal}/sign-in`],
      backchannel_logout_uri: `${portal}/sign-in/sso/back-channel-logout`,
      backchannel_logout_session_required: true,
    }),
    client('plain'),
  ],
  jwks: { keys: [jwk] },
  // The key to the provider's own cookies stays when its signing keys change.
  cookies: { keys: [createHash('sha256').update('cookies of the tests').digest('hex')] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, IdToken: 300, AuthorizationCode: 60 },
  // Its guard against private addresses would keep it from this machine, where the portal is.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, preferred_username: id, email: `${id}@example.com`, email_verified: id !== 'unverified' }),
  }),
});

provider.on('server_error', (_, error) => console.error(error));
provider.on('backchannel.error', (_, error) => console.error(error));
provider.on('backchannel.success', () => console.log('back-channel logout sent'));

provider.use(async (context, next) => {
  if (context.path === '/behave' && context.method === 'POST') {
    late = Number(context.query.late ?? 0);
    context.status = 204;
    return;
  }
  const token = context.path === '/token';
  issuing += token ? 1 : 0;
  try {
    await next();
  } finally {
    issuing -= token ? 1 : 0;
  }
});

provider.listen(Number(port), '127.0.0.1', () => console.log('The provider is ready'));
