//! Every source of claims: whom it finds, whom it does not, two of a name, and people whose sign-in is an attack.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tamarack::issue::CredentialType;
use tamarack::json::Object;
use tamarack_service::issuer::{Citizens, SourceError};
use tempfile::TempDir;

use crate::postgres::Postgres;

const HOSTILE: [&str; 8] = [
    "' OR '1'='1",
    "1; DROP TABLE resident; --",
    "\" OR 1=1 --",
    "$1",
    "../admin",
    "1/../../admin?all=1#",
    "1%2F..%2Fadmin",
    "Zoé\u{202e}",
];

struct World {
    citizens: Citizens,
    of: CredentialType,
    _folder: TempDir,
}

impl World {
    fn new(source: &Value, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let file = json!({
            "format": "tamarack-citizens/1",
            "wallets": [{"clientId": "w", "title": {"en": "W", "fr": "P"}, "redirectUris": ["https://w.example/"]}],
            "types": [{"type": "t", "source": source}],
        });
        let citizens = Citizens::read(file.to_string().as_bytes(), folder.path()).unwrap();
        Self { citizens, of: type_of(), _folder: folder }
    }

    /// Who a sign-in with this number is, as JSON; or why nobody.
    async fn find(&self, number: impl Into<Value>) -> Result<Value, SourceError> {
        let sign_in = json!({"sub": "s", "number": number.into(), "given_name": "Zoé", "resident": true}).to_string();
        let sign_in = tamarack::json::parse(sign_in.as_bytes()).unwrap();
        let source = self.citizens.source("t").unwrap();
        let kept = source.needed(&self.of, sign_in.as_object().unwrap())?;
        let claims: Object<'static> = source.claims(&self.of, &kept).await?;
        let text = tamarack::json::to_string(&tamarack::json::Value::Object(claims));
        Ok(serde_json::from_str(&text).unwrap())
    }
}

fn type_of() -> CredentialType {
    let claim = |name: &str, column: &str, kind: &str| {
        json!({"name": name, "column": column, "kind": kind, "required": false,
               "pointer": format!("/credentialSubject/{name}"), "label": {"en": "A", "fr": "A"}})
    };
    let file = json!({
        "format": "tamarack-credential-type/1", "name": "t", "version": "2.0",
        "contexts": ["https://www.w3.org/ns/credentials/v2"], "types": ["VerifiableCredential", "T"],
        "display": {"title": {"en": "T", "fr": "T"}, "description": {"en": "T.", "fr": "T."}},
        "claims": [claim("givenName", "given_name", "string"), claim("birthDate", "birth_date", "date"),
                   claim("resident", "resident", "boolean"), claim("height", "height", "integer")],
        "validity": {"years": 1}, "suite": "eddsa-rdfc-2022",
    });
    CredentialType::parse(file.to_string().as_bytes()).unwrap()
}

fn zoe() -> Value {
    json!({"givenName": "Zoé", "birthDate": "1988-02-29", "resident": true, "height": 170})
}

const CSV: &str = "number,given_name,birth_date,resident,height,note\n\
                   1,Zoé,1988-02-29,oui,170,x\n2,Ana,1990-01-01,no,,x\n3,One,1990-01-01,no,,x\n3,Two,1990-01-01,no,,x\n\
                   4,Bad,tomorrow,maybe,,x\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table() {
    let world = World::new(&json!({"table": {"file": "t.csv", "key": "number", "is": "number"}}), &[("t.csv", CSV)]);
    assert_eq!(world.find("1").await.unwrap(), zoe());
    assert_eq!(world.find(1).await.unwrap(), zoe(), "a number");
    assert_eq!(
        world.find("2").await.unwrap(),
        json!({"givenName": "Ana", "birthDate": "1990-01-01", "resident": false})
    );
    assert_eq!(world.find("3").await.unwrap_err(), SourceError::Several);
    assert_eq!(world.find("4").await.unwrap_err(), SourceError::Value);
    for hostile in HOSTILE {
        assert_eq!(world.find(hostile).await.unwrap_err(), SourceError::Nothing, "{hostile}");
    }
    for broken in
        [json!(""), Value::Null, json!(["1"]), json!({"a": 1}), json!("1\n"), json!(1.5), json!("x".repeat(600))]
    {
        assert_eq!(world.find(broken).await.unwrap_err(), SourceError::SignIn);
    }
    // A table that changes is read again.
    std::fs::write(world._folder.path().join("t.csv"), CSV.replace("1,Zoé", "7,Zoé")).unwrap();
    std::fs::write(world._folder.path().join("t.csv"), format!("{}\n", CSV.replace("1,Zoé", "7,Zoé"))).unwrap();
    assert_eq!(world.find("7").await.unwrap(), zoe());
    assert_eq!(world.find("1").await.unwrap_err(), SourceError::Nothing);
    std::fs::remove_file(world._folder.path().join("t.csv")).unwrap();
    assert_eq!(world.find("7").await.unwrap_err(), SourceError::Unavailable);
    let wrong = World::new(&json!({"table": {"file": "t.csv", "key": "none", "is": "number"}}), &[("t.csv", CSV)]);
    assert_eq!(wrong.find("1").await.unwrap_err(), SourceError::Answer);
}

const TABLE: &str =
    "CREATE TABLE resident (number TEXT, given_name TEXT, birth_date TEXT, resident INTEGER, height INTEGER)";
const ROWS: &str =
    "INSERT INTO resident VALUES ('1', 'Zoé', '1988-02-29', 1, 170), ('3', 'One', '1990-01-01', 0, NULL),
                    ('3', 'Two', '1990-01-01', 0, NULL), ('4', 'Bad', 'tomorrow', 1, 1)";
const SELECT: &str = "SELECT given_name, birth_date, resident, height FROM resident WHERE number = $1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_select_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("residents.sqlite3");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    for sql in [TABLE, ROWS] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    let source = |select: &str| json!({"sql": {"database": path, "select": select, "parameters": ["number"]}});
    let world = World::new(&source(SELECT), &[]);
    assert_eq!(world.find("1").await.unwrap(), zoe());
    assert_eq!(world.find("3").await.unwrap_err(), SourceError::Several);
    assert_eq!(world.find("4").await.unwrap_err(), SourceError::Value);
    for hostile in HOSTILE {
        assert_eq!(world.find(hostile).await.unwrap_err(), SourceError::Nothing, "{hostile}");
    }
    assert_eq!(world.find("1").await.unwrap(), zoe(), "the table is still there");
    // What would write cannot, even where a semicolon was smuggled past the settings.
    let writing = World::new(&source("WITH x AS (SELECT $1) INSERT INTO resident SELECT 1, 2, 3, 4, 5"), &[]);
    assert_eq!(writing.find("1").await.unwrap_err(), SourceError::Unavailable);
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM resident").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 4);
    let nowhere =
        World::new(&json!({"sql": {"database": "none.sqlite3", "select": SELECT, "parameters": ["number"]}}), &[]);
    assert_eq!(nowhere.find("1").await.unwrap_err(), SourceError::Unavailable);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_select_on_postgresql() {
    let Some(server) = Postgres::start().unwrap() else {
        eprintln!("no PostgreSQL on this machine: not tried");
        return;
    };
    let url = server.database("residents").unwrap();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let table = TABLE.replace("birth_date TEXT, resident INTEGER", "birth_date DATE, resident BOOLEAN");
    let rows = ROWS.replace(", 1, 170", ", true, 170").replace(", 0, NULL", ", false, NULL");
    let rows = rows.replace(", ('4', 'Bad', 'tomorrow', 1, 1)", "");
    for sql in [table, rows] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    }
    let source = |select: &str| json!({"sql": {"databaseFile": "url", "select": select, "parameters": ["number"]}});
    let world = World::new(&source(SELECT), &[("url", &url)]);
    assert_eq!(world.find("1").await.unwrap(), zoe());
    assert_eq!(world.find("3").await.unwrap_err(), SourceError::Several);
    for hostile in HOSTILE {
        assert_eq!(world.find(hostile).await.unwrap_err(), SourceError::Nothing, "{hostile}");
    }
    let cast =
        World::new(&source("SELECT given_name FROM resident WHERE height = CAST($1 AS integer)"), &[("url", &url)]);
    assert_eq!(cast.find("170").await.unwrap(), json!({"givenName": "Zoé"}));
    assert_eq!(cast.find("' OR 1=1").await.unwrap_err(), SourceError::Unavailable);
    for writing in
        ["WITH x AS (DELETE FROM resident WHERE number <> $1 RETURNING *) SELECT * FROM x", "SELECT pg_sleep(8), $1"]
    {
        let world = World::new(&source(writing), &[("url", &url)]);
        assert_eq!(world.find("1").await.unwrap_err(), SourceError::Unavailable, "{writing}");
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM resident").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked: std::sync::Arc<std::sync::Mutex<Vec<String>>> = std::sync::Arc::default();
    let routes = Router::new()
        .route("/people/{number}", axum::routing::get(person))
        .fallback(|| async { StatusCode::IM_A_TEAPOT })
        .with_state(std::sync::Arc::clone(&asked));
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let source = |template: &str| {
        json!({"registry": {"url": format!("{url}{template}"), "tokenFile": "token", "at": "/person",
                            "claims": {"givenName": "/name/given", "birthDate": "born"}}})
    };
    let world = World::new(&source("/people/{number}?by={/sub}"), &[("token", "canary-token\n")]);
    assert_eq!(world.find("1").await.unwrap(), zoe());
    for (number, error) in [
        ("2", SourceError::Nothing),
        ("two", SourceError::Several),
        ("none", SourceError::Nothing),
        ("array", SourceError::Answer),
        ("broken", SourceError::Answer),
        ("huge", SourceError::Unavailable),
        ("down", SourceError::Unavailable),
        ("refused", SourceError::Answer),
        ("away", SourceError::Answer),
        ("wrong", SourceError::Value),
    ] {
        assert_eq!(world.find(number).await.unwrap_err(), error, "{number}");
    }
    asked.lock().unwrap().clear();
    for hostile in HOSTILE {
        assert_eq!(world.find(hostile).await.unwrap_err(), SourceError::Nothing, "{hostile}");
    }
    // Each came as what it is: one step of the path.
    assert_eq!(*asked.lock().unwrap(), HOSTILE.map(str::to_owned));
    for step in [".", ".."] {
        assert_eq!(world.find(step).await.unwrap_err(), SourceError::SignIn);
    }
    assert!(!format!("{:?}", world.citizens).contains("canary"));
    // An address inside is asked only where the settings say so.
    let inside = json!({"registry": {"url": "https://10.1.2.3/{number}"}});
    assert_eq!(World::new(&inside, &[]).find("1").await.unwrap_err(), SourceError::Unavailable);
    let metadata = json!({"registry": {"url": "https://169.254.169.254/{number}", "privateNetwork": true}});
    assert_eq!(World::new(&metadata, &[]).find("1").await.unwrap_err(), SourceError::Unavailable);
}

async fn person(
    State(asked): State<std::sync::Arc<std::sync::Mutex<Vec<String>>>>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Response {
    assert_eq!(headers["authorization"], "Bearer canary-token");
    asked.lock().unwrap().push(number.clone());
    let zoe = json!({"name": {"given": "Zoé"}, "born": "1988-02-29", "resident": true, "height": 170});
    let json = |value: Value| axum::Json(value).into_response();
    match number.as_str() {
        "1" => json(json!({"person": zoe})),
        "two" => json(json!({"person": [zoe, zoe]})),
        "none" => json(json!({"person": []})),
        "array" => json(json!({"person": ["Zoé"]})),
        "broken" => "{\"person\":{\"a\":1,\"a\":2}}".into_response(),
        "huge" => json(json!({"person": {"born": "x".repeat(300_000)}})),
        "down" => StatusCode::BAD_GATEWAY.into_response(),
        "refused" => StatusCode::FORBIDDEN.into_response(),
        "away" => (StatusCode::FOUND, [("location", "https://evil.example/")]).into_response(),
        "wrong" => json(json!({"person": {"born": ["1988"]}})),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_id_token() {
    let world = World::new(&json!({"token": {"claims": {"givenName": "given_name", "height": "number"}}}), &[]);
    assert_eq!(world.find(170).await.unwrap(), json!({"givenName": "Zoé", "resident": true, "height": 170}));
    assert_eq!(world.find("many").await.unwrap_err(), SourceError::Value);
}
