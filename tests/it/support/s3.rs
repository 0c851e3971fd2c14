//! A real S3 server on a loopback port: it checks signatures and keeps its objects in a folder.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rushes::domain::{BucketKeys, BucketPlace};
use rushes::gateway::BucketConnection;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::S3ServiceBuilder;
use s3s::{S3Error, S3ErrorCode, S3Result};
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::files_below;

/// The bucket that is there.
pub const BUCKET: &str = "pictures";

/// The keys that are right. They stand nowhere else.
pub const KEY_ID: &str = "AKIACANARYr8Kx2QmZ";
pub const SECRET: &str = "canary/S3cretT9vLq4+WmXz7RbNd2HjKp8YcEg5Fu";

/// The region that is right.
pub const REGION: &str = "eu-test-1";

/// What the server saw, and what it refuses.
#[derive(Debug, Default)]
struct Rules {
    /// Operations that the keys may not do, such as `DeleteObject`.
    denied: BTreeSet<String>,
    /// Operations with the keys of their objects, in their order, refused ones too.
    seen: Vec<(String, String)>,
}

/// The server. It ends with its runtime.
#[derive(Debug)]
pub struct S3 {
    pub port: u16,
    root: TempDir,
    rules: Arc<Mutex<Rules>>,
}

/// Refuses what the rules say, buckets that are not there, and signatures for another region, as AWS does.
struct Gate {
    rules: Arc<Mutex<Rules>>,
    root: PathBuf,
}

/// Knows one key.
struct OneKey;

impl S3Auth for OneKey {
    fn get_secret_key<'life0, 'life1, 'async_trait>(
        &'life0 self,
        access_key: &'life1 str,
    ) -> Pin<Box<dyn Future<Output = S3Result<SecretKey>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        let unknown = || S3Error::with_message(S3ErrorCode::InvalidAccessKeyId, "no such key");
        let found = if access_key == KEY_ID { Ok(SecretKey::from(SECRET)) } else { Err(unknown()) };
        Box::pin(std::future::ready(found))
    }
}

impl Gate {
    fn judge(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let operation = cx.s3_op().name().to_owned();
        let key = cx.s3_path().as_object().map(|(_, key)| key.to_owned()).unwrap_or_default();
        let mut rules = self.rules.lock().expect("no panic while locked");
        rules.seen.push((operation.clone(), key));
        if cx.credentials().is_none() || rules.denied.contains(&operation) {
            return Err(S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied"));
        }
        let query = cx.uri().query().unwrap_or_default();
        if !query.contains(&format!("%2F{REGION}%2F")) {
            let code = S3ErrorCode::AuthorizationQueryParametersError;
            return Err(S3Error::with_message(code, format!("the region is wrong; expecting '{REGION}'")));
        }
        let bucket = cx.s3_path().as_object().map(|(bucket, _)| bucket.to_owned()).unwrap_or_default();
        if !self.root.join(bucket).exists() {
            return Err(S3Error::with_message(S3ErrorCode::NoSuchBucket, "no such bucket"));
        }
        Ok(())
    }
}

impl S3Access for Gate {
    fn check<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        cx: &'life1 mut S3AccessContext<'life2>,
    ) -> Pin<Box<dyn Future<Output = S3Result<()>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        let verdict = self.judge(cx);
        Box::pin(std::future::ready(verdict))
    }
}

impl S3 {
    /// A server with one empty bucket that runs on `runtime`.
    pub fn start(runtime: &Handle) -> Self {
        let root = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(root.path().join(BUCKET)).expect("a folder");
        let rules: Arc<Mutex<Rules>> = Arc::default();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root.path()).expect("a folder for objects"));
        builder.set_auth(OneKey);
        builder.set_access(Gate { rules: Arc::clone(&rules), root: root.path().to_owned() });
        let service = builder.build();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let http = Builder::new(TokioExecutor::new());
                    // A client that hangs up gets no answer.
                    drop(http.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        Self { port, root, rules }
    }

    /// The address of the server.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The right place.
    pub fn place(&self) -> BucketPlace {
        BucketPlace::new(&self.endpoint(), REGION, BUCKET, "rushes/", true).expect("a place")
    }

    /// The right place with the right keys.
    pub fn connection(&self) -> BucketConnection {
        BucketConnection { place: self.place(), keys: BucketKeys::new(KEY_ID, SECRET).expect("keys") }
    }

    /// Refuses these operations from now on, such as `DeleteObject`.
    pub fn deny(&self, operations: &[&str]) {
        let mut rules = self.rules.lock().expect("no panic while locked");
        rules.denied = operations.iter().map(|name| (*name).to_owned()).collect();
    }

    /// How often each operation was asked for on objects whose name contains `part`, in their order.
    pub fn seen(&self, part: &str) -> Vec<String> {
        let rules = self.rules.lock().expect("no panic while locked");
        rules.seen.iter().filter(|(_, key)| key.contains(part)).map(|(operation, _)| operation.clone()).collect()
    }

    /// The names of all objects, and their bytes.
    pub fn objects(&self) -> Vec<(String, Vec<u8>)> {
        let bucket = self.root.path().join(BUCKET);
        if !bucket.exists() {
            return Vec::new();
        }
        let files = files_below(&bucket).into_iter();
        files
            .map(|(path, bytes)| (path.strip_prefix(&bucket).expect("below").to_string_lossy().into_owned(), bytes))
            .collect()
    }

    /// Takes the bucket away with all that is in it.
    pub fn drop_bucket(&self) {
        std::fs::remove_dir_all(self.root.path().join(BUCKET)).expect("a folder");
    }
}
