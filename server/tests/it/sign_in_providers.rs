//! Providers in the configuration and over HTTP. What they do with tokens is tested in `identity`, who is let in in `portal`, and all of it
//! in a browser in `end2end`.

use axum::http::{Method, StatusCode, header};
use identity::provider::Protocol;
use secrecy::ExposeSecret as _;
use server::config::{Cli, Command, Config, Sources, load};

use crate::world::World;

const OIDC: &str = r#"
public-url = "https://portal.example.com"
[[sign-in]]
id = "okta"
type = "oidc"
issuer = "https://example.okta.com"
client-id = "0oa1"
"#;

const GITHUB: &str = r#"
[[sign-in]]
id = "github"
label = "GitHub"
type = "oauth2"
client-id = "Iv1"
authorization-url = "https://github.com/login/oauth/authorize"
token-url = "https://github.com/login/oauth/access_token"
userinfo-url = "https://api.github.com/user"
emails-url = "https://api.github.com/user/emails"
scopes = ["read:user", "user:email"]
resolvers = ["annotation:github.com/user-login"]
"#;

/// Both, with a portal at its tests' own address, and an issuer that nobody has to look for outside of this machine.
fn here() -> String {
    let file = format!("{OIDC}{GITHUB}");
    file.replace("https://portal.example.com", "http://127.0.0.1:3000").replace("https://example.okta.com", "http://127.0.0.1:9")
}

fn read(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("waymark.toml"), file).unwrap();
    std::fs::write(folder.path().join("secret"), "from-a-file\n").unwrap();
    let Command::Serve(flags) = <Cli as clap::Parser>::try_parse_from(["waymark", "serve"]).unwrap().command else { unreachable!() };
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let loaded = load(&Sources { flags, environment, directory: folder.path().to_owned() });
    loaded.map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "."))
}

fn refused(file: &str, expected: &str) {
    match read(file, &[]) {
        Ok(_) => panic!("accepted, expected: {expected}"),
        Err(error) => assert_eq!(error, expected),
    }
}

#[test]
fn providers_are_read() {
    let config = read(&format!("{OIDC}{GITHUB}"), &[]).unwrap();
    let [okta, github] = config.sign_in.as_slice() else { panic!("two providers") };
    assert_eq!([okta.label.as_str(), github.label.as_str()], ["okta", "GitHub"]);
    assert_eq!(okta.scopes, ["openid", "profile", "email"]);
    assert_eq!(okta.resolvers.iter().map(ToString::to_string).collect::<Vec<_>>(), ["subject", "email"]);
    assert!(okta.logout && !github.logout && okta.skew.as_secs() == 60 && !okta.trust_email);
    assert!(matches!(&okta.protocol, Protocol::Oidc(oidc) if oidc.issuer_text == "https://example.okta.com"));
    assert!(matches!(&github.protocol, Protocol::OAuth2(oauth) if oauth.claims.login == "login"));
}

#[test]
fn secrets_come_from_anywhere() {
    let secret = |line: &str, environment: &[(&str, &str)]| {
        let config = read(&format!("{OIDC}{line}\n"), environment)?;
        Ok::<_, String>(config.sign_in[0].client_secret.as_ref().map(|secret| secret.expose_secret().to_owned()).unwrap_or_default())
    };
    assert_eq!(secret("", &[]).unwrap(), "");
    assert_eq!(secret("client-secret = \"in-the-file\"", &[]).unwrap(), "in-the-file");
    assert_eq!(secret("client-secret = \"$OKTA\"", &[("OKTA", "from-a-variable")]).unwrap(), "from-a-variable");
    assert_eq!(secret("client-secret-file = \"secret\"", &[]).unwrap(), "from-a-file");
    assert_eq!(secret("", &[("WAYMARK_SIGN_IN_OKTA_CLIENT_SECRET", "from-its-own")]).unwrap(), "from-its-own");
    let both = secret("client-secret = \"a\"\nclient-secret-file = \"secret\"", &[]).unwrap_err();
    assert_eq!(both, "./waymark.toml:9: sign-in.client-secret-file: write either client-secret or client-secret-file, not both");
    let wrong = secret("client-secret = 12345", &[]).unwrap_err();
    assert_eq!(wrong, "./waymark.toml:8: sign-in.client-secret: expected a string, found something else");
}

#[test]
fn mistakes_are_said() {
    let with = |line: &str, expected: &str| refused(&format!("{OIDC}{line}\n"), &format!("./waymark.toml:{expected}"));
    with("isuer = \"x\"", "8: unknown key \"isuer\"; did you mean \"issuer\"?");
    with(
        "resolvers = [\"mail\"]",
        "8: sign-in.resolvers: expected \"subject\", \"email\", \"local-part\", \"username\" or \"annotation:KEY\", as in \"annotation:github.com/user-login\", found \"mail\"",
    );
    with("token-url = \"https://a.example\"", "8: sign-in.token-url: only providers of type = \"oauth2\" have it");
    with("skew = \"1h\"", "8: sign-in.skew: expected at most 10m, found \"1h\"; set the clocks instead");
    with("scopes = [\"openid email\"]", "8: sign-in.scopes: expected single words, found \"openid email\"");
    with("provision = \"all\"", "8: sign-in.provision: expected \"none\" or \"users\" or \"users-and-groups\", found \"all\"");
    with(
        "resolvers = [\"local-part\"]",
        "3: sign-in: \"okta\": the resolver \"local-part\" needs allowed-domains, else whoever has an address of the same name elsewhere is let in",
    );
    refused(
        &OIDC.replace("https://example.okta.com", "http://example.okta.com"),
        "./waymark.toml:3: sign-in: \"okta\": the issuer is http://example.okta.com/; secrets are sent over https only, or to this machine (or allow-http = true, in a network of your own)",
    );
    refused(
        &OIDC.replace("id = \"okta\"\n", ""),
        "./waymark.toml:3: sign-in: a provider needs an id, as in id = \"okta\"; it is part of the address to register there",
    );
    refused(
        &OIDC.replace("\"okta\"", "\"Okta\""),
        "./waymark.toml:4: sign-in.id: expected lower-case letters, digits and dashes, as in \"okta\", found \"Okta\"",
    );
    refused(
        GITHUB,
        "sign-in: providers send people back to the portal's own address: set public-url to it, as in public-url = \"https://portal.example.com\"",
    );
}

#[tokio::test]
async fn pages_may_lead_to_providers() {
    let world = World::beside(&[("waymark.toml", &here())]).await;
    let page = world.send(World::anonymous(Method::GET, "/sign-in?return_to=/catalog%3Fkind%3Dapi", "")).await;
    assert!(page.text.contains("href=\"/sign-in/okta?return_to=%2Fcatalog%3Fkind%3Dapi\""), "{}", page.text);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9 https://github.com;"), "{policy}");

    let start = world.send(World::anonymous(Method::GET, "/sign-in/github?return_to=/catalog", "")).await;
    assert_eq!(start.status, StatusCode::SEE_OTHER);
    let address = start.headers[header::LOCATION].to_str().unwrap();
    assert!(address.starts_with("https://github.com/login/oauth/authorize?response_type=code&client_id=Iv1&state="), "{address}");
    assert!(address.contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fsign-in%2Fgithub%2Fcallback"), "{address}");
    assert_eq!(start.cookie("wm_sign_in").map(|value| value.len()), Some(43));
}

#[tokio::test]
async fn answers_that_nobody_asked_for_are_refused() {
    let world = World::beside(&[("waymark.toml", &here())]).await;
    let check = async |method: Method, path: &str, body: &str, expected: (u16, &str)| {
        let answer = world.send(World::anonymous(method, path, body)).await;
        assert_eq!(answer.status.as_u16(), expected.0, "{path}");
        assert!(answer.text.contains(expected.1), "{path}: {}", answer.text);
    };
    let broken = world.send(World::anonymous(Method::GET, "/sign-in/okta", "")).await;
    assert_eq!(broken.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(broken.text.contains("does not work at the moment") && !broken.text.contains("127.0.0.1:9"), "{}", broken.text);
    check(Method::GET, "/sign-in/nobody", "", (404, "There is no way to sign in called")).await;
    check(Method::GET, "/sign-in/github/callback?code=x&state=y", "", (403, "This sign-in is over")).await;
    check(Method::GET, "/sign-in/github/callback", "", (403, "This sign-in is over")).await;
    check(Method::GET, "/sign-in/nobody/callback?code=x&state=y", "", (404, "There is no way to sign in called")).await;
    check(Method::POST, "/sign-in/github/back-channel-logout", "logout_token=x", (400, "invalid_request")).await;
    check(Method::POST, "/sign-in/github/back-channel-logout", "", (400, "send the token as logout_token in a form")).await;
}
