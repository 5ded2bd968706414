//! Serves the workspace to an ordinary browser on loopback.
//!
//! A one-time address gives one browser access: it sets a cookie and redirects to the UI. The host and origin
//! of every request are checked, so that neither pages of other sites nor other names of the loopback address
//! are answered. Meant for loopback; without TLS.

mod access;
mod engine_socket;
mod unseen_offers;

use std::borrow::Cow;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use access::BrowserAccess;

use crate::engine_handle::{EngineHandle, EngineStatus};

/// The files of the UI.
pub trait Assets: Send + Sync {
    /// The file at this path, such as `index.html` or `assets/app.js`, and its media type.
    fn get(&self, path: &str) -> Option<(Cow<'static, [u8]>, String)>;
}

/// What all requests share.
struct Host {
    engine: Arc<dyn EngineHandle>,
    access: Arc<BrowserAccess>,
    assets: Arc<dyn Assets>,
    csp: HeaderValue,
    /// How many pages have subscribed: one, or two for the moment in which one replaces the other.
    pages: AtomicUsize,
    stop: watch::Receiver<bool>,
}

/// Counts a page that has subscribed, until it is dropped.
struct OpenPage(Arc<Host>);

impl OpenPage {
    fn new(host: &Arc<Host>) -> Self {
        host.pages.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(host))
    }
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        if self.0.pages.fetch_sub(1, Ordering::AcqRel) == 1 {
            // Without a page, new messages count as unread.
            if let EngineStatus::Open(engine) = &*self.0.engine.status().borrow() {
                engine.clear_view();
            }
        }
    }
}

/// Serves the UI and the engine's socket until `shutdown` completes.
///
/// `access` decides which browsers are served: create it with the listener's address, and print its
/// [`BrowserAccess::one_time_address`]. `csp` is the content security policy of the window.
///
/// # Errors
/// If the listener fails, or the policy is no header.
pub async fn serve(
    engine: Arc<dyn EngineHandle>,
    listener: TcpListener,
    access: Arc<BrowserAccess>,
    assets: Arc<dyn Assets>,
    csp: String,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let csp = HeaderValue::from_str(&csp).map_err(io::Error::other)?;
    let (stopping, stop) = watch::channel(false);
    let host = Arc::new(Host { engine, access, assets, csp, pages: AtomicUsize::new(0), stop });
    let reporting = tokio::spawn(unseen_offers::report(Arc::clone(&host)));
    let router = Router::new()
        .route("/open/{secret}", get(redeem))
        .route("/engine", get(engine_socket::upgrade))
        .fallback(get(asset))
        .layer(middleware::from_fn_with_state(Arc::clone(&host), check_origin))
        .with_state(Arc::clone(&host));
    let result = axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            shutdown.await;
            // Closes the open sockets, for which the server would otherwise wait.
            stopping.send_replace(true);
        })
        .await;
    reporting.abort();
    result
}

/// Answers only requests that were made to this host by its own pages, and adds the security headers.
async fn check_origin(State(host): State<Arc<Host>>, request: Request, next: Next) -> Response {
    let mut response = if host.access.is_same_origin(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, host.csp.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// Answers the one-time address.
async fn redeem(State(host): State<Arc<Host>>, Path(secret): Path<String>, request: Request) -> Response {
    if let Some(cookie) = host.access.redeem(&secret) {
        return (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())])
            .into_response();
    }
    // A browser that has access may use an old address, such as from its history.
    if host.access.is_authenticated(request.headers()) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    }
    no_access()
}

fn no_access() -> Response {
    let text = "This address works once. Use a new one: Deskbell prints it when it starts.\n";
    (StatusCode::FORBIDDEN, text).into_response()
}

async fn asset(State(host): State<Arc<Host>>, request: Request) -> Response {
    if !host.access.is_authenticated(request.headers()) {
        return no_access();
    }
    let path = request.uri().path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match host.assets.get(path) {
        Some((bytes, media_type)) => {
            let body = match bytes {
                Cow::Borrowed(bytes) => Body::from(bytes),
                Cow::Owned(bytes) => Body::from(bytes),
            };
            ([(header::CONTENT_TYPE, media_type)], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
