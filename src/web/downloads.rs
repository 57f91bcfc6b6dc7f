//! Files on their way out: chunk by chunk from the store, as something to keep and never
//! as something to show.

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::App;
use crate::desk::Error;
use crate::domain::attachment::{Attachment, File};
use crate::store::{Store, attachments};

/// It can do nothing, wherever somebody gets it to be shown.
const POLICY: &str = "sandbox; default-src 'none'";

/// As RFC 8187 has it.
const IN_NAMES: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The answer to whoever may see the file.
pub fn download(app: &App, attachment: Attachment) -> HttpResponse {
    let File { name, media_type, size, blob } = attachment.file;
    let media_type =
        if media_type.starts_with("text/") { format!("{media_type}; charset=utf-8") } else { media_type };
    let named = format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(&name, &IN_NAMES));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, named))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        // As it is: compressed, nobody could say how long it is.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(u64::try_from(size).unwrap_or_default(), chunks(app.store.clone(), blob)))
}

/// Each read by itself: a slow reader holds no connection to the database.
fn chunks(store: Store, blob: String) -> impl stream::Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold(0_i32, move |number| {
        let (store, blob) = (store.clone(), blob.clone());
        async move {
            let read = store.read(move |db| Ok::<_, Error>(attachments::chunk(db, &blob, number)?));
            match read.await {
                Ok(chunk) => Ok(chunk.map(|bytes| (Bytes::from(bytes), number + 1))),
                Err(error) => {
                    tracing::error!(%error, "a download was cut off");
                    Err(error)
                }
            }
        }
    })
}
