//! Bodies in parts, as browsers send files, and answers that are bytes.

use reqwest::header::HeaderMap;

use super::{Actor, Answer, Browser, Page, Ticket};

const BOUNDARY: &str = "----lizard-7f3a";

/// What a browser sends for these fields and files, each with its name; and its type.
pub fn in_parts(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    for (name, bytes) in files {
        let name = name.replace('\\', "\\\\").replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// Bytes that were answered.
#[derive(Debug)]
pub struct Download {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Download {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

impl Actor {
    /// Sends files with a message.
    pub async fn attaches(
        &self,
        ticket: &Ticket,
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        let (content_type, body) = in_parts(fields, files);
        self.ask("POST", &ticket.path("attachments")).body(&content_type, body).send().await
    }

    /// Names of the files that they see.
    pub async fn sees_files(&self, ticket: &Ticket) -> Vec<String> {
        let all = self.get(&ticket.path("attachments")).await.expect(200);
        let items = all["items"].as_array().unwrap().iter();
        items.map(|f| f["name"].as_str().unwrap().to_owned()).collect()
    }
}

impl Browser {
    /// Sends a form of the page with what is typed into it and files.
    pub async fn sends_files(
        &self,
        page: &Page,
        form: &str,
        typed: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Page {
        let form = page.form(form);
        let fields: Vec<(&str, &str)> = form.fields().chain(typed.iter().copied()).collect();
        let (content_type, body) = in_parts(&fields, files);
        self.post_body(&form.action, &content_type, body).await
    }
}
