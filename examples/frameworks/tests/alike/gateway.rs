//! What stands around a Lambda function, on this machine: API Gateway, which makes events of requests, and the Runtime API,
//! from which `lambda_http` takes them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

/// The largest request that API Gateway takes.
const MOST: usize = 10 * 1024 * 1024;

type Event = (Value, oneshot::Sender<Value>);

#[derive(Clone)]
struct Gateway {
    sender: mpsc::Sender<Event>,
    events: Arc<AsyncMutex<mpsc::Receiver<Event>>>,
    waiting: Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>,
}

/// The function's process. It does not outlive the test, however that ends.
pub struct Function(Child);

impl Drop for Function {
    fn drop(&mut self) {
        // An error means that it has ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Where the gateway listens, and the function behind it: a process, since it takes its settings from the environment.
pub fn start() -> (SocketAddr, Function) {
    let (sender, events) = mpsc::channel(1);
    let gateway = Gateway {
        sender,
        events: Arc::new(AsyncMutex::new(events)),
        waiting: Arc::default(),
    };
    let runtime_api = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(respond))
        .route("/invocation/{id}/error", post(fail));
    let web = Router::new()
        .nest("/2018-06-01/runtime", runtime_api)
        .fallback(invoke)
        .with_state(gateway);
    let server = crate::servers::run(|listener| async {
        axum::serve(listener, web).await?;
        Ok(())
    });
    let function = Command::new(std::env::current_exe().expect("the test knows its own path"))
        .args(["--ignored", "--exact", "lambda_function"])
        .env("AWS_LAMBDA_RUNTIME_API", server.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "webhooks")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the function starts");
    (server, Function(function))
}

/// API Gateway: a request becomes an event, and what the function says an answer.
async fn invoke(State(gateway): State<Gateway>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (sender, answer) = oneshot::channel();
    let event = (event(&parts, &body), sender);
    gateway.sender.send(event).await.expect("it is held here");
    match answer.await {
        Ok(said) => answer_of(&said),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Payload format 2.0.
fn event(parts: &Parts, body: &Bytes) -> Value {
    let mut headers = Map::new();
    for name in parts.headers.keys() {
        let values = parts.headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        headers.insert(name.to_string(), values.join(",").into());
    }
    let text = std::str::from_utf8(body);
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.uri.path(),
        "rawQueryString": parts.uri.query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "id.execute-api.example.com",
            "http": {
                "method": parts.method.as_str(),
                "path": parts.uri.path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 1_583_348_638_390_i64,
        },
        "body": text.map_or_else(|_| BASE64_STANDARD.encode(body), str::to_owned),
        "isBase64Encoded": text.is_err(),
    })
}

fn answer_of(said: &Value) -> Response<Body> {
    let status = said["statusCode"].as_u64().expect("it says a status");
    let mut answer = Response::builder().status(u16::try_from(status).expect("a status"));
    for (name, value) in said["headers"].as_object().into_iter().flatten() {
        answer = answer.header(name, value.as_str().expect("headers are text"));
    }
    let body = said["body"].as_str().unwrap_or_default().to_owned();
    answer.body(body.into()).expect("it can be sent")
}

/// The Runtime API: the next event.
async fn next(State(gateway): State<Gateway>) -> impl IntoResponse {
    let event = gateway.events.lock().await.recv().await;
    let (event, sender) = event.expect("it is held here");
    let mut waiting = gateway.waiting.lock().unwrap();
    let id = waiting.len() as u64;
    waiting.insert(id, sender);
    let headers = [
        ("lambda-runtime-aws-request-id", id.to_string()),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:webhooks".to_owned(),
        ),
    ];
    let headers: HeaderMap = headers
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
    (headers, event.to_string())
}

async fn respond(State(gateway): State<Gateway>, Path(id): Path<u64>, body: Bytes) -> StatusCode {
    let sender = gateway.waiting.lock().unwrap().remove(&id);
    let said = serde_json::from_slice(&body).expect("the function answers with JSON");
    drop(sender.expect("it was asked").send(said));
    StatusCode::ACCEPTED
}

/// The function failed, which an endpoint never does.
async fn fail(State(gateway): State<Gateway>, Path(id): Path<u64>) -> StatusCode {
    drop(gateway.waiting.lock().unwrap().remove(&id));
    StatusCode::ACCEPTED
}
