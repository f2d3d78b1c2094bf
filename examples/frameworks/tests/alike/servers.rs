//! Each framework as a server on a port of the kernel's, started by the code of its example, on a thread of its own. It
//! ends with the tests.

use std::net::{Ipv4Addr, SocketAddr};

use rocket::fairing::AdHoc;
use tokio::net::TcpListener;
use webhook_runtime::BoxError;

use crate::app::{Mount, PATIENCE};
use crate::routes;

macro_rules! examples {
    ($($name:ident = $path:literal,)*) => {$(
        #[path = $path]
        #[allow(dead_code, reason = "the program around what is tested")]
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

/// Serves what is mounted; where.
pub type Start = fn(Mount) -> SocketAddr;

/// Runs a server on a runtime of its own.
pub fn run<F>(serve: impl FnOnce(TcpListener) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = Result<(), BoxError>>,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("sockets can do that");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).expect("it does not block");
            serve(listener).await.expect("it serves");
        });
    });
    address
}

pub fn actix_web(mount: Mount) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        let served = actix_web_example::serve(listener, mount.endpoint());
        actix_web::rt::System::new()
            .block_on(served)
            .expect("it serves");
    });
    address
}

pub fn axum(mount: Mount) -> SocketAddr {
    run(move |listener| axum_example::serve(listener, mount.endpoint()))
}

/// axum again, with a route of its own that takes all events.
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
    // Rocket makes its socket itself, and tells the port of the kernel's when it listens.
    let tell = AdHoc::on_liftoff("port", move |rocket| {
        sender.send(rocket.config().port).expect("the test waits");
        Box::pin(async {})
    });
    std::thread::spawn(move || {
        let web = rocket_example::web(0, mount.endpoint()).attach(tell);
        rocket::execute(web.launch()).expect("it serves");
    });
    let port = port.recv_timeout(PATIENCE).expect("it listens");
    (Ipv4Addr::LOCALHOST, port).into()
}

pub fn salvo(mount: Mount) -> SocketAddr {
    run(move |listener| salvo_example::serve(listener, mount.endpoint()))
}

pub fn warp(mount: Mount) -> SocketAddr {
    run(move |listener| warp_example::serve(listener, mount.endpoint()))
}

/// Lambda's end, in the process that `gateway` starts.
pub fn lambda_http(mount: &Mount) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let served = lambda_http_example::serve(mount.endpoint());
    runtime.block_on(served).expect("it serves");
}

/// What of the worker needs no JavaScript.
pub(crate) use self::worker_example::endpoint as worker_endpoint;
