//! Servers of each framework, started with the code of its example, on a free port and in a separate thread. They run until
//! the test program exits.

use std::net::{Ipv4Addr, SocketAddr};

use rocket::fairing::AdHoc;
use tokio::net::TcpListener;
use webhook_runtime::BoxError;

use crate::app::{Mount, TEST_TIMEOUT};
use crate::routes;

macro_rules! examples {
    ($($name:ident = $path:literal,)*) => {$(
        #[path = $path]
        #[allow(dead_code, reason = "tests call `serve` only")]
        mod $name;
    )*};
}

examples! {
    actix_web_example = "../../actix_web.rs",
    axum_example = "../../axum.rs",
    hyper_example = "../../hyper.rs",
    lambda_http_example = "../../lambda_http.rs",
    poem_example = "../../poem.rs",
    rocket_example = "../../rocket.rs",
    salvo_example = "../../salvo.rs",
    warp_example = "../../warp.rs",
    worker_example = "../../worker.rs",
}

/// Starts a server, and returns its address.
pub type Start = fn(Mount) -> SocketAddr;

/// Runs a server on its own runtime, and returns its address.
pub fn run<F>(serve: impl FnOnce(TcpListener) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = Result<(), BoxError>>,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener
        .set_nonblocking(true)
        .expect("non-blocking mode is supported");
    let address = listener.local_addr().expect("the listener has an address");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the runtime starts");
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).expect("the listener is non-blocking");
            serve(listener).await.expect("the server runs");
        });
    });
    address
}

pub fn actix_web(mount: Mount) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("the listener has an address");
    std::thread::spawn(move || {
        let served = actix_web_example::serve(listener, mount.endpoint());
        actix_web::rt::System::new()
            .block_on(served)
            .expect("the server runs");
    });
    address
}

pub fn axum(mount: Mount) -> SocketAddr {
    run(move |listener| axum_example::serve(listener, mount.endpoint()))
}

/// axum with routes and an extractor instead of a webhook router.
pub fn extractor(mount: Mount) -> SocketAddr {
    run(|listener| async move {
        axum::serve(listener, routes::web(mount)).await?;
        Ok(())
    })
}

pub fn hyper(mount: Mount) -> SocketAddr {
    run(move |listener| hyper_example::serve(listener, mount.endpoint()))
}

pub fn poem(mount: Mount) -> SocketAddr {
    run(move |listener| poem_example::serve(listener, mount.endpoint()))
}

pub fn rocket(mount: Mount) -> SocketAddr {
    let (sender, port) = std::sync::mpsc::channel();
    // Rocket creates the socket itself, and reports the port after it listens.
    let report_port = AdHoc::on_liftoff("port", move |rocket| {
        sender
            .send(rocket.config().port)
            .expect("the test is waiting");
        Box::pin(async {})
    });
    std::thread::spawn(move || {
        let web = rocket_example::web(0, mount.endpoint()).attach(report_port);
        rocket::execute(web.launch()).expect("the server runs");
    });
    let port = port.recv_timeout(TEST_TIMEOUT).expect("Rocket listens");
    (Ipv4Addr::LOCALHOST, port).into()
}

pub fn salvo(mount: Mount) -> SocketAddr {
    run(move |listener| salvo_example::serve(listener, mount.endpoint()))
}

pub fn warp(mount: Mount) -> SocketAddr {
    run(move |listener| warp_example::serve(listener, mount.endpoint()))
}

/// Runs the Lambda function, in the process that `gateway` starts.
pub fn lambda_http(mount: &Mount) {
    let runtime = tokio::runtime::Runtime::new().expect("the runtime starts");
    let served = lambda_http_example::serve(mount.endpoint());
    runtime.block_on(served).expect("the server runs");
}

/// Part of the worker that does not need a JavaScript runtime.
pub(crate) use self::worker_example::endpoint as worker_endpoint;
