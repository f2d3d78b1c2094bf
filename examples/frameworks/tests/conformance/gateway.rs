//! Local substitute for the environment of a Lambda function: API Gateway, which converts requests to events, and the
//! Runtime API, from which `lambda_http` receives them.

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

/// Size limit of API Gateway for a request, in bytes.
const REQUEST_LIMIT: usize = 10 * 1024 * 1024;

type Event = (Value, oneshot::Sender<Value>);

#[derive(Clone)]
struct Gateway {
    sender: mpsc::Sender<Event>,
    events: Arc<AsyncMutex<mpsc::Receiver<Event>>>,
    waiting: Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>,
}

/// Process of the function. It is killed when the test ends, also after a panic.
pub struct Function(Child);

impl Drop for Function {
    fn drop(&mut self) {
        // An error means that the process has already exited.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the gateway and the function. Returns the address of the gateway and the process of the function, which is a
/// process because it reads its settings from environment variables.
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

/// API Gateway: converts a request to an event, and the function's result to a response.
async fn invoke(State(gateway): State<Gateway>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, REQUEST_LIMIT).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (sender, answer) = oneshot::channel();
    let event = (event(&parts, &body), sender);
    let sent = gateway.sender.send(event).await;
    sent.expect("the gateway has the receiver");
    match answer.await {
        Ok(result) => response_of(&result),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Returns an event in payload format 2.0.
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

fn response_of(result: &Value) -> Response<Body> {
    let status = result["statusCode"]
        .as_u64()
        .expect("the result has a status");
    let status = u16::try_from(status).expect("the status is valid");
    let mut response = Response::builder().status(status);
    for (name, value) in result["headers"].as_object().into_iter().flatten() {
        response = response.header(name, value.as_str().expect("headers are text"));
    }
    let body = result["body"].as_str().unwrap_or_default().to_owned();
    response.body(body.into()).expect("the response is valid")
}

/// Runtime API: returns the next event.
async fn next(State(gateway): State<Gateway>) -> impl IntoResponse {
    let event = gateway.events.lock().await.recv().await;
    let (event, sender) = event.expect("the gateway has the sender");
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

/// Runtime API: receives the result of an event.
async fn respond(State(gateway): State<Gateway>, Path(id): Path<u64>, body: Bytes) -> StatusCode {
    let sender = gateway.waiting.lock().unwrap().remove(&id);
    let result = serde_json::from_slice(&body).expect("the function answers with JSON");
    drop(sender.expect("the event is pending").send(result));
    StatusCode::ACCEPTED
}

/// Runtime API: receives an error of the function, which an endpoint never returns.
async fn fail(State(gateway): State<Gateway>, Path(id): Path<u64>) -> StatusCode {
    drop(gateway.waiting.lock().unwrap().remove(&id));
    StatusCode::ACCEPTED
}
