//! `lizard health`: asks the service at `server.listen`; for containers and scripts.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::settings::Settings;

pub async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let mut at = settings.server.listen;
    // Listening everywhere includes here.
    if at.ip().is_unspecified() {
        at.set_ip(if at.is_ipv4() {
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        } else {
            IpAddr::V6(Ipv6Addr::LOCALHOST)
        });
    }
    #[expect(clippy::disallowed_methods, reason = "a socket, no database")]
    let status = tokio::task::spawn_blocking(move || ask(at)).await?;
    match status {
        Ok(200) => {
            println!("well");
            Ok(ExitCode::SUCCESS)
        }
        Ok(other) => {
            println!("not well: {other}");
            Ok(ExitCode::FAILURE)
        }
        Err(error) => {
            println!("no answer at {at}: {error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The status of `/readyz`.
fn ask(at: SocketAddr) -> std::io::Result<u16> {
    let patience = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&at, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.ok_or_else(|| std::io::Error::other("that was no HTTP answer"))
}
