//! A mail server on this machine that takes every letter, counts it, and forgets it.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub struct Sink {
    at: SocketAddr,
    arrived: watch::Receiver<usize>,
    listening: JoinHandle<()>,
}

impl Sink {
    pub async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let (count, arrived) = watch::channel(0);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // An error ends the conversation; the letter is sent again.
                tokio::spawn(talk(stream, count.clone()));
            }
        });
        Ok(Self { at, arrived, listening })
    }

    /// For `mail.url`.
    pub fn url(&self) -> String {
        format!("smtp://{}?tls=none", self.at)
    }

    /// Letters so far.
    pub fn arrived(&self) -> usize {
        *self.arrived.borrow()
    }

    /// Waits until so many letters have arrived in all.
    pub async fn reaches(&self, letters: usize) -> anyhow::Result<()> {
        self.arrived.clone().wait_for(|arrived| *arrived >= letters).await?;
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn talk(stream: TcpStream, count: watch::Sender<usize>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    write.write_all(b"220 sink\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                swallow(&mut read).await?;
                count.send_modify(|arrived| *arrived += 1);
                b"250 2.0.0 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await?;
        if verb == "QUIT" {
            return Ok(());
        }
    }
}

/// Up to the lonely dot.
async fn swallow(read: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(());
        }
    }
}
