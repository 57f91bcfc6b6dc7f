//! `lizard serve` as a process that is killed.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

pub struct Service {
    child: Child,
    port: u16,
}

impl Service {
    /// Starts it, and does not wait until it listens.
    pub fn spawn(folder: &Path, port: u16, database: &str, mail: &str) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("serve.log")).unwrap();
        let mut serve = Command::new(env!("CARGO_BIN_EXE_lizard"));
        serve
            .arg("serve")
            .current_dir(folder)
            .env("LIZARD__SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .env("LIZARD__SERVER__PUBLIC_URL", format!("http://127.0.0.1:{port}"))
            .env("LIZARD__DATABASE__URL", database)
            .env("LIZARD__MAIL__URL", mail)
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        Self { child: serve.spawn().unwrap(), port }
    }

    /// Until it answers.
    pub async fn serves(&mut self) {
        let begun = Instant::now();
        let url = format!("http://127.0.0.1:{}/healthz", self.port);
        while reqwest::get(&url).await.is_err() {
            assert_eq!(self.child.try_wait().unwrap(), None, "lizard serve ended by itself");
            assert!(begun.elapsed() < Duration::from_secs(30), "lizard serve does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// SIGKILL: without a chance to finish anything.
    pub fn kill(&mut self) {
        assert_eq!(self.child.try_wait().unwrap(), None, "lizard serve ended by itself");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
