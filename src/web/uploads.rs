//! Files on their way in: from the parts of a body into a temporary file, hashed, counted
//! and looked at as they come, and from there into the store, chunk by chunk. Never is more
//! than a chunk of one in memory.

mod kinds;
mod parts;

use std::fmt::Write as _;
use std::io::{Read, Seek, Write};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use sha2::{Digest, Sha256};
use tempfile::SpooledTempFile;

use crate::app::App;
use crate::desk::Error;
use crate::domain::attachment::{File, clean_name, size_in_words};
use crate::domain::fault::Fault;
use crate::store::{Unavailable, attachments};

use super::error::Problem;
pub use kinds::TAKEN;
use parts::{Broken, Head, Parts};

/// Bytes of one chunk in the store; what is smaller is never on the disk before.
const CHUNK: usize = 256 * 1024;
/// Bytes that are read although they are of no use, so that who sends them hears why.
const PATIENCE: u64 = 64_000_000;
/// Parts of one body: far more than any form has, and few enough to be remembered.
const MOST_PARTS: usize = 1_000;
/// The field that files come in.
pub const FIELD: &str = "file";

/// A file that has come, whole and of a kind that is taken.
pub struct Upload {
    pub name: String,
    media_type: &'static str,
    size: u64,
    /// In hexadecimal.
    pub hash: String,
    bytes: SpooledTempFile,
}

/// Everything that a body brought.
#[derive(Default)]
pub struct Received {
    /// Fields by name, as they were sent.
    pub pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
    /// What is wrong with files, each of [`FIELD`].
    pub faults: Vec<Fault>,
}

impl Received {
    /// Tells bodies apart, whatever parted them.
    pub fn said(&self) -> String {
        let mut said = String::new();
        for (name, value) in &self.pairs {
            said.extend([name, "\0", value, "\0"]);
        }
        for file in &self.files {
            said.extend(["\0", &file.name, "\0", &file.hash, "\0"]);
        }
        said
    }
}

/// Whether this request brings parts.
pub fn are_parts(request: &HttpRequest) -> bool {
    parts::boundary(request.headers()).is_some()
}

/// Reads all parts. Where files are not `wanted` they are passed over.
pub async fn receive(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    wanted: bool,
) -> Result<Received, Problem> {
    let Some(boundary) = parts::boundary(request.headers()) else {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_multipart",
            "send multipart/form-data, with a boundary",
        ));
    };
    let mut parts = Parts::new(payload, &boundary);
    let mut receiving = Receiving { app, wanted, received: Received::default(), count: 0, text: 0, idle: 0 };
    let read = receiving.read_all(&mut parts).await;
    // Also what follows the last part, or a fault.
    parts.pass_over(PATIENCE.saturating_sub(receiving.idle)).await;
    read.map(|()| receiving.received)
}

/// Reads a body to its end, and keeps nothing of it.
pub async fn pass_over(payload: Payload) {
    Parts::new(payload, "").pass_over(PATIENCE).await;
}

struct Receiving<'a> {
    app: &'a App,
    wanted: bool,
    received: Received,
    /// Parts that have come.
    count: usize,
    /// Bytes of fields.
    text: usize,
    /// Bytes that were of no use.
    idle: u64,
}

impl Receiving<'_> {
    async fn read_all(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        while let Some(head) = parts.next().await? {
            self.count += 1;
            if self.count > MOST_PARTS {
                let said = format!("a form may have at most {MOST_PARTS} fields and files together");
                return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", said));
            }
            match head {
                Head { name, file_name } if name == FIELD => {
                    self.file(parts, file_name.unwrap_or_default()).await?;
                }
                Head { name, file_name: Some(_) } => {
                    self.skip(parts).await?;
                    self.received.pairs.push((name, "(a file)".to_owned()));
                }
                Head { name, file_name: None } => self.field(parts, name).await?,
            }
        }
        Ok(())
    }

    async fn field(&mut self, parts: &mut Parts, name: String) -> Result<(), Problem> {
        let most = self.app.settings.server.body_limit;
        let mut value = Vec::new();
        self.text += name.len();
        while let Some(piece) = parts.data().await? {
            self.text += piece.len();
            if self.text > most {
                let said = format!("the fields of a form may have at most {most} bytes together");
                return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", said));
            }
            value.extend_from_slice(&piece);
        }
        let Ok(value) = String::from_utf8(value) else {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "malformed", "a field is not UTF-8"));
        };
        self.received.pairs.push((name, value));
        Ok(())
    }

    /// Passes over the rest of a part, as far as patience goes.
    async fn skip(&mut self, parts: &mut Parts) -> Result<(), Problem> {
        while let Some(piece) = parts.data().await? {
            self.idle += piece.len() as u64;
            if self.idle > PATIENCE {
                return Err(self.too_large("what you sent"));
            }
        }
        Ok(())
    }

    async fn file(&mut self, parts: &mut Parts, raw: String) -> Result<(), Problem> {
        let first = parts.data().await?;
        if raw.is_empty() && first.is_none() {
            // A browser's field in which nothing was chosen.
            return Ok(());
        }
        let name = clean_name(&raw);
        let limits = self.app.settings.attachments;
        if !self.wanted {
            return self.skip(parts).await;
        }
        if self.received.files.len() >= limits.most {
            self.skip(parts).await?;
            self.fault(
                "too_many",
                format!("“{name}” is one too many: at most {} files go along", limits.most),
            );
            return Ok(());
        }
        let mut spool = Spool::new();
        let mut next = first;
        while let Some(piece) = next {
            if spool.size + piece.len() as u64 > limits.largest {
                self.idle += spool.size;
                self.skip(parts).await?;
                let fault = self.too_large(&format!("“{name}”")).detail;
                self.fault("too_large", fault);
                return Ok(());
            }
            spool.add(&piece).map_err(|e| spilled(&e))?;
            next = parts.data().await?;
        }
        let size = spool.size;
        match spool.done(name) {
            Ok(upload) => self.received.files.push(upload),
            Err((code, message)) => {
                self.fault(code, message);
                self.idle += size;
                if self.idle > PATIENCE {
                    return Err(self.too_large("what you sent"));
                }
            }
        }
        Ok(())
    }

    fn too_large(&self, what: &str) -> Problem {
        let largest = i64::try_from(self.app.settings.attachments.largest).unwrap_or(i64::MAX);
        let said = format!("{what} is too large: a file may have at most {}", size_in_words(largest));
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", said)
    }

    fn fault(&mut self, code: &'static str, message: String) {
        self.received.faults.push(Fault::new(FIELD, code, message));
    }
}

/// A file that is coming.
struct Spool {
    bytes: SpooledTempFile,
    size: u64,
    hash: Sha256,
    head: Vec<u8>,
    watch: kinds::Watch,
}

impl Spool {
    fn new() -> Self {
        Self {
            bytes: SpooledTempFile::new(CHUNK),
            size: 0,
            hash: Sha256::new(),
            head: Vec::new(),
            watch: kinds::Watch::default(),
        }
    }

    fn add(&mut self, piece: &[u8]) -> std::io::Result<()> {
        self.bytes.write_all(piece)?;
        self.size += piece.len() as u64;
        self.hash.update(piece);
        self.watch.see(piece);
        let missing = kinds::HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(piece.get(..missing).unwrap_or_default());
        Ok(())
    }

    fn done(self, name: String) -> Result<Upload, (&'static str, String)> {
        if self.size == 0 {
            return Err(("empty", format!("“{name}” is empty")));
        }
        let Some(media_type) = kinds::of(&name, &self.head, &self.watch) else {
            let said = format!("“{name}” is of a kind that is not taken; taken are {}", kinds::TAKEN);
            return Err(("kind_refused", said));
        };
        let hash = self.hash.finalize().iter().fold(String::new(), |mut hash, byte| {
            // Writing into a text cannot fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        Ok(Upload { name, media_type, size: self.size, hash, bytes: self.bytes })
    }
}

/// Writes a file into the store, unless it is there already. Nothing refers to it yet.
pub async fn keep(app: &App, upload: Upload) -> Result<File, Error> {
    let Upload { name, media_type, size, hash, mut bytes } = upload;
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let (blob, now) = (hash.clone(), app.wall.now());
    let held = app.store.write(move |db| Ok::<_, Error>(attachments::begin(db, &blob, size, now)?)).await?;
    if held == attachments::Held::Partly {
        bytes.rewind().map_err(|e| lost(&e))?;
        for number in 0.. {
            let mut chunk = Vec::with_capacity(CHUNK);
            Read::by_ref(&mut bytes).take(CHUNK as u64).read_to_end(&mut chunk).map_err(|e| lost(&e))?;
            if chunk.is_empty() {
                break;
            }
            let blob = hash.clone();
            let add = move |db: &mut _| Ok::<_, Error>(attachments::add_chunk(db, &blob, number, &chunk)?);
            app.store.write(add).await?;
        }
        let blob = hash.clone();
        app.store.write(move |db| Ok::<_, Error>(attachments::complete(db, &blob)?)).await?;
    }
    Ok(File { name, media_type: media_type.to_owned(), size, blob: hash })
}

/// All of them.
pub async fn keep_all(app: &App, uploads: Vec<Upload>) -> Result<Vec<File>, Error> {
    let mut files = Vec::with_capacity(uploads.len());
    for upload in uploads {
        files.push(keep(app, upload).await?);
    }
    Ok(files)
}

/// A temporary file is as good as a database that is full.
fn lost(error: &std::io::Error) -> Error {
    Error::Unavailable(Unavailable(format!("a temporary file: {error}")))
}

fn spilled(error: &std::io::Error) -> Problem {
    lost(error).into()
}

impl From<Broken> for Problem {
    fn from(broken: Broken) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", broken.to_string())
    }
}
