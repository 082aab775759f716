//! A small OpenID Connect provider on this machine, at which one person is always signed in.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use serde_json::{Value, json};
use tamarack::jose::Jws;
use tamarack::json::{self as ours, Object};
use tamarack::keys::{KeyType, SecretKey, SignatureAlgorithm, Signer as _};
use tamarack_openid4vc::oauth::Form;

const CLIENT: &str = "tamarack";

/// The provider. It says the claims of one person to whoever asks.
pub(crate) struct Provider {
    pub(crate) url: String,
}

struct Inner {
    url: String,
    key: SecretKey,
    person: Value,
}

impl Provider {
    /// Runs until the test ends.
    pub(crate) fn start(person: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner { url: url.clone(), key: SecretKey::generate(KeyType::P256).unwrap(), person });
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let inner = Arc::clone(&inner);
                std::thread::spawn(move || inner.serve(stream));
            }
        });
        Self { url }
    }

    /// Its part of the file for `--sign-in`: a public client.
    pub(crate) fn settings(&self, name: &str) -> Value {
        json!({"name": name, "title": {"en": "Larch account", "fr": "Compte Mélèze"}, "issuer": self.url, "clientId": CLIENT})
    }
}

impl Inner {
    /// One request, and the end of the connection.
    fn serve(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut first, mut length) = (String::new(), 0);
        reader.read_line(&mut first).unwrap();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let Some(target) = first.split(' ').nth(1) else { return };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (line, answer) = match path {
            "/.well-known/openid-configuration" => ("200 OK".to_owned(), self.discovery()),
            "/keys" => ("200 OK".to_owned(), self.keys()),
            "/token" => ("200 OK".to_owned(), self.token(&String::from_utf8(body).unwrap())),
            "/authorize" => (format!("302 Found\r\nLocation: {}", self.authorize(query)), Value::Null),
            _ => ("404 Not Found".to_owned(), Value::Null),
        };
        let answer = answer.to_string();
        let length = answer.len();
        let head = format!("Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close");
        write!(stream, "HTTP/1.1 {line}\r\n{head}\r\n\r\n{answer}").unwrap();
    }

    fn discovery(&self) -> Value {
        let url = &self.url;
        json!({
            "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn keys(&self) -> Value {
        let mut jwk: Value = serde_json::from_str(&ours::to_string(&self.key.public_key().to_jwk())).unwrap();
        jwk["kid"] = json!("one");
        json!({"keys": [jwk]})
    }

    /// The person agrees at once. The code is the nonce, as nobody attacks here.
    fn authorize(&self, query: &str) -> String {
        let form = Form::parse(query).unwrap();
        let back = Form::default()
            .with("state", form.get("state"))
            .with("iss", Some(self.url.as_str()))
            .with("code", form.get("nonce"));
        back.on_url(form.get("redirect_uri").unwrap())
    }

    fn token(&self, body: &str) -> Value {
        let form = Form::parse(body).unwrap();
        let now = super::NOW.unix();
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "auth_time": now, "nonce": form.get("code"),
        });
        claims.as_object_mut().unwrap().extend(self.person.as_object().unwrap().clone());
        let header: Object<'static> = [("typ", "JWT"), ("kid", "one")].into_iter().collect();
        let token = Jws::sign(&header, claims.to_string().as_bytes(), SignatureAlgorithm::Es256, &self.key).unwrap();
        json!({"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": token})
    }
}
