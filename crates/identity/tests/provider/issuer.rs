//! A small OpenID provider that does what a test tells it to: the truth, lies, or nothing at all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use identity::provider::{
    Answer, Identified, OidcConfig, Protocol, Provider, ProviderConfig, ProviderError, Providers, Provision, Resolver, Started,
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// The portal's name at the issuer.
pub(crate) const CLIENT: &str = "waymark";

/// A key by its name: the same name is always the same key.
pub(crate) fn key(name: &str) -> Ed25519KeyPair {
    let mut seed = [0; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed")
}

/// A token with a header of the test's choice, signed with the key of that name.
pub(crate) fn signed(signer: &str, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = BASE64.encode(key(signer).sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

#[derive(Default)]
struct State {
    /// What is answered: by path, the head and the body.
    answers: HashMap<String, (String, String)>,
    /// What was asked for, in order: path and body.
    asked: Vec<(String, String)>,
}

/// The issuer.
pub(crate) struct Issuer {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Issuer {
    /// Starts one that tells the truth, and signs with the key `one`.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move { _ = serve(stream, &shared).await });
            }
        });
        let issuer = Self { url, state };
        issuer.answer("/.well-known/openid-configuration", &issuer.document());
        issuer.keys(&["one"]);
        issuer
    }

    pub(crate) fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.url);
        json!({
            "issuer": self.url,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/jwks"),
            "end_session_endpoint": at("/end"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
            "backchannel_logout_supported": true,
        })
    }

    /// From now on answers 200 and this.
    pub(crate) fn answer(&self, path: &str, body: &Value) {
        self.raw(path, "200 OK", "Content-Type: application/json\r\n", &body.to_string());
    }

    pub(crate) fn raw(&self, path: &str, status: &str, headers: &str, body: &str) {
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        self.state.lock().unwrap().answers.insert(path.to_owned(), (head, body.to_owned()));
    }

    /// Publishes the keys of these names.
    pub(crate) fn keys(&self, names: &[&str]) {
        let jwk = |name: &&str| json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": name, "x": BASE64.encode(key(name).public_key()) });
        self.answer("/jwks", &json!({ "keys": names.iter().map(jwk).collect::<Vec<_>>() }));
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|(asked, _)| asked == path).count()
    }

    /// What was sent to a path last.
    pub(crate) fn sent(&self, path: &str) -> String {
        self.state.lock().unwrap().asked.iter().rfind(|(asked, _)| asked == path).map(|(_, body)| body.clone()).unwrap_or_default()
    }

    /// What the portal is told of it.
    pub(crate) fn config(&self, change: impl FnOnce(&mut ProviderConfig)) -> ProviderConfig {
        let oidc = OidcConfig { issuer: self.url.parse().unwrap(), issuer_text: self.url.clone(), allow_http: false };
        let mut config = ProviderConfig {
            id: "test".to_owned(),
            label: "Test".to_owned(),
            protocol: Protocol::Oidc(oidc),
            client_id: CLIENT.to_owned(),
            client_secret: Some("a secret of the tests".to_owned().into()),
            scopes: vec!["openid".to_owned(), "email".to_owned()],
            resolvers: vec![Resolver::Email],
            allowed_domains: Vec::new(),
            trust_email: false,
            skew: Duration::from_secs(60),
            groups_claim: None,
            join_groups: false,
            provision: Provision::None,
            logout: true,
        };
        change(&mut config);
        config
    }

    /// The provider as the portal has it.
    pub(crate) fn provider(&self, change: impl FnOnce(&mut ProviderConfig)) -> Arc<Provider> {
        let providers = Providers::new(vec![self.config(change)]).unwrap();
        Arc::clone(providers.find("test").unwrap())
    }

    /// The claims of a good token.
    pub(crate) fn claims(&self, started: &Started) -> Value {
        json!({
            "iss": self.url, "aud": CLIENT, "sub": "ada-1", "iat": now(), "exp": now() + 300, "nonce": started.nonce,
            "email": "ada@example.com", "email_verified": true, "preferred_username": "ada", "name": "Ada", "sid": "s1",
        })
    }

    /// Answers the next code with this token.
    pub(crate) fn hand_out(&self, token: &str) {
        self.answer("/token", &json!({ "access_token": "access", "token_type": "Bearer", "id_token": token }));
    }
}

pub(crate) fn redirect() -> Url {
    "http://127.0.0.1:3000/sign-in/test/callback".parse().unwrap()
}

/// Comes back with a code.
pub(crate) async fn finish(provider: &Provider, started: &Started) -> Result<Identified, ProviderError> {
    let redirect = redirect();
    let answer = Answer { code: "code", issuer: None, nonce: &started.nonce, verifier: &started.verifier, redirect: &redirect };
    provider.finish(&answer).await
}

async fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    let (head, body) = loop {
        let count = stream.read(&mut chunk).await?;
        read.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return Ok(());
            }
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(|length| length.parse().unwrap_or(0)));
        if body.len() >= length.unwrap_or(0) || count == 0 {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (answer, content) = {
        let mut state = state.lock().unwrap();
        state.asked.push((path.clone(), body));
        let nothing = ("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned(), String::new());
        state.answers.get(&path).cloned().unwrap_or(nothing)
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(content.as_bytes()).await?;
    stream.shutdown().await
}
