//! A mail server: a few connections that are kept during a pass, one command at a time, each with its
//! patience. Only what the server says to a letter itself can be final; that it is not
//! there, mumbles or does not know us is worth another try.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Failure, Post};

/// For each answer of the server.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a letter as a whole.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(90);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encryption {
    FromTheStart,
    Required,
    WhereOffered,
    None,
}

pub struct Smtp {
    place: Place,
    tls: TlsParameters,
    hello: ClientId,
    /// Connections that nobody uses at the moment.
    idle: Mutex<Vec<AsyncSmtpConnection>>,
    parallel: usize,
}

/// What `mail.url` says.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
struct Place {
    host: String,
    port: u16,
    sign_in: Option<(String, String)>,
    encryption: Encryption,
}

impl Place {
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let rest = rest.trim_end_matches('/');
        let (sign_in, server) = match rest.rsplit_once('@') {
            Some((sign_in, server)) => (Some(sign_in), server),
            None => (None, rest),
        };
        let (encryption, usual) = match (scheme, query) {
            ("smtps", "") => (Encryption::FromTheStart, 465),
            ("smtp", "tls=required") => (Encryption::Required, 587),
            ("smtp", "" | "tls=opportunistic") => (Encryption::WhereOffered, 25),
            ("smtp", "tls=none") => (Encryption::None, 25),
            _ => return None,
        };
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (server, usual),
        };
        let sign_in = sign_in.map(|text| {
            let (user, password) = text.split_once(':').unwrap_or((text, ""));
            (plain(user), plain(password))
        });
        Some(Self { host: host.trim_matches(['[', ']']).to_owned(), port, sign_in, encryption })
    }
}

/// With what is written as %2F turned back.
fn plain(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Smtp {
    pub fn new(url: &str, parallel: u32) -> Result<Self, String> {
        let place = Place::of(url).ok_or("it is no address of a mail server")?;
        let tls = TlsParameters::new(place.host.clone())
            .map_err(|_| "no encryption is possible with the name of that server")?;
        let parallel = usize::try_from(parallel).unwrap_or(1);
        Ok(Self { place, tls, hello: ClientId::default(), idle: Mutex::default(), parallel })
    }

    pub async fn send(&self, post: &Post) -> Result<(), Failure> {
        timeout(PATIENCE_IN_ALL, self.converse(post)).await.unwrap_or_else(|_| Err(too_slow()))
    }

    pub async fn rest(&self) {
        while let Some(mut idle) = self.take() {
            // Whether it answers or not, it is over.
            let _ = timeout(Duration::from_secs(1), idle.quit()).await;
        }
    }

    async fn converse(&self, post: &Post) -> Result<(), Failure> {
        let mut connection = self.connection().await?;
        let outcome = hand_over(&mut connection, post).await;
        match &outcome {
            Ok(()) => self.keep(connection),
            // What it was told by then is nobody's guess: not used again.
            Err(_) => {
                let _ = timeout(Duration::from_secs(1), connection.abort()).await;
            }
        }
        outcome
    }

    /// One that is still there, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        while let Some(mut idle) = self.take() {
            if patiently(idle.command(Rset)).await.is_ok() {
                return Ok(idle);
            }
        }
        self.connect().await.map_err(|failure| Failure { last: false, ..failure })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let Place { host, port, sign_in, encryption } = &self.place;
        let server = (host.as_str(), *port);
        let mut connection = if *encryption == Encryption::FromTheStart {
            let tls = Some(self.tls.clone());
            patiently(AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), &self.hello, tls, None))
                .await?
        } else {
            let stream = Box::new(reach(server).await?);
            patiently(AsyncSmtpConnection::connect_with_transport(stream, &self.hello)).await?
        };
        let upgrade = match encryption {
            Encryption::Required => true,
            Encryption::WhereOffered => connection.can_starttls(),
            Encryption::FromTheStart | Encryption::None => false,
        };
        if upgrade {
            patiently(connection.starttls(self.tls.clone(), &self.hello)).await?;
        }
        if let Some((user, password)) = sign_in {
            let credentials = Credentials::new(user.clone(), password.clone());
            patiently(connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await?;
        }
        Ok(connection)
    }

    fn take(&self) -> Option<AsyncSmtpConnection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.parallel && !connection.has_broken() {
            idle.push(connection);
        }
    }
}

/// A letter and its end are two writes: without `nodelay` the second would wait until the
/// first is acknowledged, which a server puts off for 40 ms.
async fn reach(server: (&str, u16)) -> Result<TcpStream, Failure> {
    let connecting = async {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    match timeout(PATIENCE, connecting).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(unreached(&error)),
        Err(_) => Err(too_slow()),
    }
}

fn unreached(error: &std::io::Error) -> Failure {
    Failure::passing(match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "the connection was refused",
        _ => "the connection failed",
    })
}

async fn hand_over(connection: &mut AsyncSmtpConnection, post: &Post) -> Result<(), Failure> {
    let server = connection.server_info();
    let mut options = Vec::new();
    let unusual = |a: &lettre::Address| !AsRef::<str>::as_ref(a).is_ascii();
    if post.envelope.to().iter().chain(post.envelope.from()).any(unusual) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            return Err(Failure::last("the server takes no such address"));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !post.bytes.is_ascii() && server.supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    patiently(connection.command(Mail::new(post.envelope.from().cloned(), options))).await?;
    for to in post.envelope.to() {
        patiently(connection.command(Rcpt::new(to.clone(), vec![]))).await?;
    }
    patiently(connection.command(Data)).await?;
    patiently(connection.message(&post.bytes)).await?;
    Ok(())
}

async fn patiently<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match timeout(PATIENCE, answer).await {
        Ok(Ok(said)) => Ok(said),
        Ok(Err(error)) => Err(failure(&error)),
        Err(_) => Err(too_slow()),
    }
}

fn too_slow() -> Failure {
    Failure::passing("the server took too long")
}

/// The server's own words may hold anything: the code is kept, and put into ours.
fn failure(error: &Error) -> Failure {
    if let Some(code) = error.status() {
        let code = code.to_string();
        let words = meaning(&code);
        let detail = enhanced(error).map(|detail| format!(" {detail}")).unwrap_or_default();
        let class = format!("{code}{detail} {words}");
        // That it does not know us is our fault, not the letter's.
        let ours = matches!(code.as_str(), "530" | "534" | "535" | "538");
        return Failure { last: code.starts_with('5') && !ours, class };
    }
    Failure::passing(match error {
        e if e.is_timeout() => "the server took too long",
        e if e.is_tls() => "no encrypted connection came about",
        e if e.is_client() => "the server cannot do what is needed",
        e if is_refused(e) => "the connection was refused",
        e if e.is_response() => "the server ended the conversation, or speaks no SMTP",
        _ => "the connection failed",
    })
}

fn is_refused(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let refused = inner.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if refused == Some(std::io::ErrorKind::ConnectionRefused) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The three numbers of RFC 3463 in front of the server's words.
fn enhanced(error: &Error) -> Option<String> {
    let said = std::error::Error::source(error)?.to_string();
    let word = said.split_whitespace().next()?;
    let numbers: Vec<&str> = word.split('.').collect();
    let fits = |n: &&str| (1..=3).contains(&n.len()) && n.chars().all(|c| c.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(fits)).then(|| word.to_owned())
}

fn meaning(code: &str) -> &'static str {
    match code {
        "421" => "the server is closing",
        "450" => "mailbox busy or greylisted",
        "451" => "trouble on the server",
        "452" => "no room on the server",
        "530" | "534" | "535" | "538" => "our sign-in is refused",
        "550" => "mailbox unavailable",
        "551" => "the recipient is elsewhere",
        "552" => "mailbox full",
        "553" => "the address is refused",
        "554" => "refused",
        c if c.starts_with('4') => "not now",
        _ => "refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_and_how() {
        let place =
            |host: &str, port, encryption| Place { host: host.to_owned(), port, sign_in: None, encryption };
        let cases = [
            ("smtp://localhost", place("localhost", 25, Encryption::WhereOffered)),
            ("smtp://127.0.0.1:2525/", place("127.0.0.1", 2525, Encryption::WhereOffered)),
            ("smtp://mail.example.com?tls=required", place("mail.example.com", 587, Encryption::Required)),
            ("smtp://h:25?tls=none", place("h", 25, Encryption::None)),
            ("smtps://[::1]", place("::1", 465, Encryption::FromTheStart)),
        ];
        for (url, expected) in cases {
            assert_eq!(Place::of(url), Some(expected), "{url}");
        }
        for url in ["smtp:h", "smtp://h?tls=maybe", "smtps://h?tls=none", "http://h", "smtp://h:x"] {
            assert_eq!(Place::of(url), None, "{url}");
        }
        let signed = Place::of("smtps://desk%40a:ge%2Fhe+im@mail.example.com").unwrap();
        assert_eq!(signed.sign_in, Some(("desk@a".to_owned(), "ge/he+im".to_owned())));
        assert_eq!(signed.host, "mail.example.com");
    }
}
