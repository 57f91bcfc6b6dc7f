//! A mail server of our own: takes letters, remembers what it took, and misbehaves when it
//! is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

/// From the next command on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    Normal,
    /// Before every answer.
    Slow(Duration),
    /// Takes the letter, and is slow to say so.
    Lingers(Duration),
    /// To every recipient, 4xx or 5xx.
    Refuses(u16),
    /// Takes the letter, and hangs up instead of saying so.
    DropsAfterData,
    /// Speaks no SMTP.
    Garbage,
    /// Wants a sign-in, and knows nobody.
    KnowsNobody,
    /// Nobody listens.
    Down,
}

/// A letter as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub raw: Vec<u8>,
}

#[derive(Default)]
struct Shelves {
    accepted: Vec<Taken>,
    unanswered: Vec<Taken>,
}

struct State {
    behaviour: Mutex<Behaviour>,
    shelves: Mutex<Shelves>,
    talking: Mutex<Vec<AbortHandle>>,
}

pub struct Sink {
    at: SocketAddr,
    state: Arc<State>,
    listening: Option<JoinHandle<()>>,
}

impl Sink {
    /// On a free port of this machine.
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let state = State {
            behaviour: Mutex::new(Behaviour::Normal),
            shelves: Mutex::default(),
            talking: Mutex::default(),
        };
        let mut sink = Self { at, state: Arc::new(state), listening: None };
        sink.listen(listener);
        sink.behave(behaviour).await;
        sink
    }

    /// For `mail.url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.at)
    }

    /// What was accepted, and said to be.
    pub fn letters(&self) -> Vec<Taken> {
        self.state.shelves.lock().unwrap().accepted.clone()
    }

    /// What was taken without a word.
    pub fn unanswered(&self) -> Vec<Taken> {
        self.state.shelves.lock().unwrap().unanswered.clone()
    }

    pub async fn behave(&mut self, behaviour: Behaviour) {
        *self.state.behaviour.lock().unwrap() = behaviour;
        if behaviour == Behaviour::Down {
            if let Some(listening) = self.listening.take() {
                listening.abort();
                let _ = listening.await;
            }
            for talk in self.state.talking.lock().unwrap().drain(..) {
                talk.abort();
            }
        } else if self.listening.is_none() {
            let listener = TcpListener::bind(self.at).await.unwrap();
            self.listen(listener);
        }
    }

    fn listen(&mut self, listener: TcpListener) {
        let state = Arc::clone(&self.state);
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = tokio::spawn(talk(stream, Arc::clone(&state)));
                state.talking.lock().unwrap().push(talk.abort_handle());
            }
        }));
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
        for talk in self.state.talking.lock().unwrap().iter() {
            talk.abort();
        }
    }
}

/// One connection. Errors end it, as they would end it on a real server.
async fn talk(stream: TcpStream, state: Arc<State>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let now = || *state.behaviour.lock().unwrap();
    if now() == Behaviour::Garbage {
        write.write_all(b"\xff\xfe hello? who is there?\r\n").await?;
        return Ok(());
    }
    write.write_all(b"220 sink\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let behaviour = now();
        if let Behaviour::Slow(pause) = behaviour {
            tokio::time::sleep(pause).await;
        }
        let line = line.trim_end();
        let verb = line.split(' ').next().unwrap().to_ascii_uppercase();
        let answer = match (verb.as_str(), behaviour) {
            (_, Behaviour::Garbage) => "what?".to_owned(),
            ("EHLO", Behaviour::KnowsNobody) => "250-sink\r\n250 AUTH PLAIN LOGIN".to_owned(),
            ("EHLO", _) => "250-sink\r\n250 8BITMIME".to_owned(),
            ("AUTH", _) => "535 5.7.8 who are you, desk@lizard.example?".to_owned(),
            ("MAIL", _) => {
                from = address(line);
                to.clear();
                "250 2.1.0 ok".to_owned()
            }
            ("RCPT", Behaviour::Refuses(code)) => {
                format!("{code} {}.1.1 <{}> not here, said the sink", code / 100, address(line))
            }
            ("RCPT", _) => {
                to.push(address(line));
                "250 2.1.5 ok".to_owned()
            }
            ("DATA", _) => {
                write.write_all(b"354 go on\r\n").await?;
                let raw = body(&mut read).await?;
                let taken = Taken { from: std::mem::take(&mut from), to: std::mem::take(&mut to), raw };
                if now() == Behaviour::DropsAfterData {
                    state.shelves.lock().unwrap().unanswered.push(taken);
                    return Ok(());
                }
                state.shelves.lock().unwrap().accepted.push(taken);
                if let Behaviour::Lingers(pause) = now() {
                    tokio::time::sleep(pause).await;
                }
                "250 2.0.0 taken".to_owned()
            }
            ("RSET" | "NOOP", _) => "250 ok".to_owned(),
            ("QUIT", _) => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 5.5.1 not here".to_owned(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Up to the lonely dot; doubled dots at the start of a line undone.
async fn body(read: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(raw);
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn address(line: &str) -> String {
    let (_, rest) = line.split_once('<').unwrap_or_default();
    rest.split('>').next().unwrap_or_default().to_owned()
}
