//! A `multipart/form-data` body (RFC 7578), part by part, as it arrives: nothing but a
//! part's head is ever held whole. What the parts mean is not known here.

use actix_web::http::header::{self, ContentDisposition, HeaderMap, HeaderValue};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use memchr::memmem;

/// The longest head of a part, and the longest boundary (RFC 2046).
const LONGEST_HEAD: usize = 8_192;
const LONGEST_BOUNDARY: usize = 70;

/// Why the parts cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("the body is not multipart/form-data as RFC 7578 has it: {0}")]
    Malformed(&'static str),
    #[error("the body cannot be read: {0}")]
    Unread(String),
}

/// What a part says of itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    pub name: String,
    /// As it was sent.
    pub file_name: Option<String>,
}

/// The boundary of a body of this type; None where it is of another.
pub fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (kind, rest) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = |parameter: &str| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    };
    rest.split(';').find_map(named).filter(|b| (1..=LONGEST_BOUNDARY).contains(&b.len()))
}

pub struct Parts {
    payload: Payload,
    /// What has come, and was not taken yet.
    held: BytesMut,
    /// In front of each part, and behind the last.
    mark: memmem::Finder<'static>,
    length: usize,
    is_inside: bool,
    has_ended: bool,
}

impl Parts {
    pub fn new(payload: Payload, boundary: &str) -> Self {
        let mark = format!("\r\n--{boundary}");
        Self {
            payload,
            // The first mark stands at the very beginning, without a line before it.
            held: BytesMut::from("\r\n"),
            mark: memmem::Finder::new(mark.as_bytes()).into_owned(),
            length: mark.len(),
            is_inside: true,
            has_ended: false,
        }
    }

    /// The next part; what was not read of this one is passed over.
    pub async fn next(&mut self) -> Result<Option<Head>, Broken> {
        while self.data().await?.is_some() {}
        if self.has_ended {
            return Ok(None);
        }
        if self.at_least(2).await? && self.held.starts_with(b"--") {
            self.has_ended = true;
            return Ok(None);
        }
        let end = loop {
            if let Some(at) = memmem::find(&self.held, b"\r\n\r\n") {
                break at + 4;
            }
            if self.held.len() > LONGEST_HEAD {
                return Err(Broken::Malformed("the head of a part is too long"));
            }
            if !self.fill().await? {
                return Err(Broken::Malformed("it ends inside a part's head"));
            }
        };
        let head = self.held.split_to(end);
        self.is_inside = true;
        read_head(&head).map(Some)
    }

    /// The next bytes of this part; None behind the last.
    pub async fn data(&mut self) -> Result<Option<Bytes>, Broken> {
        while self.is_inside {
            if let Some(at) = self.mark.find(&self.held) {
                if at > 0 {
                    return Ok(Some(self.held.split_to(at).freeze()));
                }
                let _mark = self.held.split_to(self.length);
                self.is_inside = false;
            } else if self.held.len() >= self.length {
                // A mark may have begun.
                let sure = self.held.len() - self.length + 1;
                return Ok(Some(self.held.split_to(sure).freeze()));
            } else if !self.fill().await? {
                return Err(Broken::Malformed("it ends inside a part"));
            }
        }
        Ok(None)
    }
}

impl Parts {
    /// Reads on, and keeps nothing, until the body ends or `most` bytes were passed over: who
    /// sends one is not listening before.
    pub async fn pass_over(&mut self, most: u64) {
        self.held.clear();
        let mut passed = 0;
        while passed <= most {
            match self.payload.next().await {
                Some(Ok(bytes)) => passed += bytes.len() as u64,
                Some(Err(_)) | None => return,
            }
        }
    }

    /// False where the body ends before.
    async fn at_least(&mut self, length: usize) -> Result<bool, Broken> {
        while self.held.len() < length {
            if !self.fill().await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// False at the end of the body.
    async fn fill(&mut self) -> Result<bool, Broken> {
        match self.payload.next().await {
            Some(Ok(bytes)) => {
                self.held.extend_from_slice(&bytes);
                Ok(true)
            }
            Some(Err(error)) => Err(Broken::Unread(error.to_string())),
            None => Ok(false),
        }
    }
}

/// From what stands between a mark and a part's data.
fn read_head(head: &[u8]) -> Result<Head, Broken> {
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    if lines.next() != Some(b"") {
        return Err(Broken::Malformed("something stands behind a boundary"));
    }
    let disposition = lines.find_map(|line| {
        let colon = line.iter().position(|b| *b == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        name.eq_ignore_ascii_case(b"content-disposition").then(|| value.get(1..).unwrap_or_default())
    });
    let missing = Broken::Malformed("a part has no Content-Disposition with a name");
    let Some(value) = disposition.and_then(|v| HeaderValue::from_bytes(v.trim_ascii()).ok()) else {
        return Err(missing);
    };
    let Ok(disposition) = ContentDisposition::from_raw(&value) else { return Err(missing) };
    let Some(name) = disposition.get_name() else { return Err(missing) };
    let plain = disposition.get_filename().map(as_typed);
    let extended =
        disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    Ok(Head { name: as_typed(name), file_name: extended.or(plain) })
}

/// Browsers write three characters so that they do not end the name.
fn as_typed(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use actix_web::FromRequest;
    use actix_web::test::TestRequest;

    use super::*;

    async fn parts(body: &[u8]) -> Parts {
        let (request, mut payload) = TestRequest::default().set_payload(body.to_vec()).to_http_parts();
        Parts::new(Payload::from_request(&request, &mut payload).await.unwrap(), "b")
    }

    async fn read(body: &[u8]) -> Result<Vec<(Head, Vec<u8>)>, Broken> {
        let mut parts = parts(body).await;
        let mut all = Vec::new();
        while let Some(head) = parts.next().await? {
            let mut data = Vec::new();
            while let Some(piece) = parts.data().await? {
                data.extend_from_slice(&piece);
            }
            all.push((head, data));
        }
        Ok(all)
    }

    fn head(name: &str, file_name: Option<&str>) -> Head {
        Head { name: name.to_owned(), file_name: file_name.map(str::to_owned) }
    }

    #[actix_web::test]
    async fn parts_are_read_as_browsers_write_them() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nhel\r\n--lo\r\n--b\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"Grüße %22x%22.txt\"\r\n\
            Content-Type: text/plain\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; \
            filename=\"a\"; filename*=UTF-8''%e2%82%ac.txt\r\n\r\n\r\n\r\n--b--\r\n";
        let all = read(body.as_bytes()).await.unwrap();
        let expected = [
            (head("body", None), b"hel\r\n--lo".to_vec()),
            (head("file", Some("Grüße \"x\".txt")), Vec::new()),
            (head("file", Some("€.txt")), b"\r\n".to_vec()),
        ];
        assert_eq!(all, expected);
        assert_eq!(read(b"--b--").await.unwrap(), []);
    }

    #[actix_web::test]
    async fn what_is_no_such_body_is_said_to_be_none() {
        let long = format!("--b\r\n{}", "x".repeat(20_000));
        for body in [
            &b""[..],
            b"hello",
            b"--b",
            b"--b\r\n",
            b"--b\r\n\r\n\r\n--b--",
            b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
            b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--",
            b"--bb\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--",
            long.as_bytes(),
        ] {
            let read = read(body).await;
            assert!(matches!(read, Err(Broken::Malformed(_))), "{}: {read:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn the_boundary_stands_in_the_type() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(text).unwrap());
            boundary(&headers)
        };
        assert_eq!(of("multipart/form-data; boundary=x-1").as_deref(), Some("x-1"));
        assert_eq!(of("Multipart/Form-Data; charset=utf-8; Boundary=\"x 1\"").as_deref(), Some("x 1"));
        let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
        for none in ["application/json", "multipart/mixed; boundary=x", "multipart/form-data", &long] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
