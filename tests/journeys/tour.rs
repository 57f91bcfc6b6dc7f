//! The tour of README.md, word for word: its commands are run against the built program.
//!
//! Between `<!-- tour:start -->` and `<!-- tour:end -->` every `sh` block is run, in order,
//! in one bash. A line `#=> text` says what must have been printed by then.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::support::Database;

const START: &str = "<!-- tour:start -->";
const END: &str = "<!-- tour:end -->";
/// A tour that takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(3);

/// Printed in the place of an expectation, so that one sees what had been printed by then.
const MARK: &str = "=====tour=====";

/// A port that was free just now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// `lizard serve` as a process of its own.
pub struct Serving {
    child: Child,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Serving {
    /// Starts it in `folder`, and waits until it listens.
    pub fn start(folder: &Path, port: u16, database: &str) -> Self {
        Self::mailing(folder, port, database, "folder:data/mail")
    }

    /// The same, with letters leaving by this `mail.url`.
    pub fn mailing(folder: &Path, port: u16, database: &str, mail: &str) -> Self {
        let url = format!("http://127.0.0.1:{port}");
        let path = std::env::var("PATH").unwrap_or_default();
        let program = Path::new(env!("CARGO_BIN_EXE_lizard")).parent().unwrap().display();
        let variables = vec![
            ("LIZARD__SERVER__LISTEN", format!("127.0.0.1:{port}")),
            ("LIZARD__SERVER__PUBLIC_URL", url.clone()),
            ("LIZARD__DATABASE__URL", database.to_owned()),
            ("LIZARD__MAIL__URL", mail.to_owned()),
            ("LIZARD", url),
            ("PATH", format!("{program}:{path}")),
        ];
        let mut serve = Command::new(env!("CARGO_BIN_EXE_lizard"));
        serve.arg("serve").current_dir(folder).envs(variables.clone());
        let log = File::options().create(true).append(true).open(folder.join("serve.log")).unwrap();
        serve.stdout(log.try_clone().unwrap()).stderr(log);
        let mut child = serve.spawn().unwrap();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(folder.join("serve.log")).unwrap_or_default();
            assert!(child.try_wait().unwrap().is_none(), "lizard serve ended: {}", log());
            assert!(begun.elapsed() < Duration::from_secs(30), "lizard serve does not listen: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, folder: folder.to_owned(), variables }
    }

    /// A program beside it, in the same folder with the same settings.
    pub fn beside(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).envs(self.variables.clone());
        command
    }

    /// `lizard` with these arguments, parted by spaces.
    pub fn lizard(&self, arguments: &str) -> Command {
        let mut command = self.beside(env!("CARGO_BIN_EXE_lizard"));
        command.args(arguments.split_whitespace());
        command
    }

    /// Without a chance to finish anything.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As an operator stops it.
    pub fn terminate(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        wait(&mut self.child, Duration::from_secs(40)).expect("it stops when it is told to")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// None when it took too long.
pub fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if begun.elapsed() > patience {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The tour's commands, and what must have been printed at each [`MARK`].
struct Tour {
    script: String,
    expected: Vec<String>,
}

impl Tour {
    /// The `sh` blocks between the marks.
    fn of(text: &str) -> Result<Self, &'static str> {
        let (_, rest) = text.split_once(START).ok_or("no <!-- tour:start -->")?;
        let (tour, _) = rest.split_once(END).ok_or("no <!-- tour:end -->")?;
        let mut script = String::from("set -euo pipefail\nexec 2>&1\n");
        let mut expected = Vec::new();
        let mut inside = false;
        let mut blocks = 0;
        for line in tour.lines() {
            match (inside, line.trim_end()) {
                (false, "```sh") => (inside, blocks) = (true, blocks + 1),
                (true, "```") => inside = false,
                (true, line) => match line.strip_prefix("#=> ") {
                    Some(text) => {
                        expected.push(text.trim().to_owned());
                        script = format!("{script}echo '{MARK}'\n");
                    }
                    None => {
                        script.push_str(line);
                        script.push('\n');
                    }
                },
                (false, _) => {}
            }
        }
        match (inside, blocks) {
            (true, _) => Err("a block does not end"),
            (_, 0) => Err("no ```sh block"),
            _ => Ok(Self { script, expected }),
        }
    }

    /// Runs the commands beside a service, and fails with everything that was printed.
    fn run(&self, serving: &Serving) {
        let place = serving.folder.join("tour.sh");
        std::fs::write(&place, &self.script).unwrap();
        let printed = serving.folder.join("tour.log");
        let mut bash = serving.beside("bash");
        bash.arg(&place).stdin(Stdio::null()).stdout(File::create(&printed).unwrap());
        let mut child = bash.spawn().unwrap();
        let ended = wait(&mut child, PATIENCE);
        if ended.is_none() {
            child.kill().unwrap();
        }
        let output = std::fs::read_to_string(&printed).unwrap();
        assert!(ended.is_some_and(|status| status.success()), "the tour failed ({ended:?}) after:\n{output}");
        if let Err(missing) = self.check(&output) {
            panic!("{missing:?} was not printed by its place in the tour:\n{output}");
        }
    }

    /// Each expectation in order, before its mark; fails with the first that is missing.
    fn check(&self, output: &str) -> Result<(), String> {
        let mut rest = String::new();
        let mark = format!("{MARK}\n");
        let mut parts = output.split(mark.as_str());
        for text in &self.expected {
            rest.push_str(parts.next().unwrap_or_default());
            let at = rest.find(text).ok_or_else(|| text.clone())?;
            rest.drain(..at + text.len());
        }
        Ok(())
    }
}

/// The tour speaks bash and curl. A machine without them skips it with a message; the
/// gate, which sets CI, does not.
fn can_tour() -> bool {
    let has = |program: &str| {
        let asked =
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    let can = has("bash") && has("curl");
    assert!(can || std::env::var_os("CI").is_none(), "the gate needs bash and curl");
    if !can {
        eprintln!("skipped: the tour needs bash and curl");
    }
    can
}

#[test]
fn the_tour_of_the_readme_does_what_it_says() {
    if !can_tour() {
        return;
    }
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let tour = Tour::of(&readme).unwrap_or_else(|missing| panic!("README.md has {missing}"));
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(folder.path(), free_port(), &database.text());
    tour.run(&serving);
    let status = serving.terminate();
    assert!(status.success(), "{status}");
}

const SAMPLE: &str = r#"
```sh
exit 1
```
<!-- tour:start -->
Two people, then one signs in.

```sh
printf 'correct horse battery' | lizard user add --email ada@example.com --name 'Ada Lund' \
  --role admin --password-stdin
#=> Added Ada Lund <ada@example.com>
LIZARD=${LIZARD:-http://127.0.0.1:8080}
```
Not run:
```json
{"not": "run"}
```
```sh
TOKEN=$(curl -sS --fail-with-body "$LIZARD/api/v1/session" -H 'Content-Type: application/json' \
  -d '{"email": "ada@example.com", "password": "correct horse battery"}' \
  | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -sS --fail-with-body "$LIZARD/api/v1/me" -H "Authorization: Bearer $TOKEN"
#=> "name":"Ada Lund"
#=> "role":"admin"
lizard health
```
<!-- tour:end -->
```sh
exit 1
```
"#;

#[test]
fn a_tour_is_what_stands_in_the_blocks_between_the_marks() {
    let tour = Tour::of(SAMPLE).unwrap();
    assert_eq!(tour.expected.len(), 3);
    assert!(!tour.script.contains("exit 1") && !tour.script.contains("not"));
    if !can_tour() {
        return;
    }
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    tour.run(&Serving::start(folder.path(), free_port(), &database.text()));
}

#[test]
fn a_tour_without_marks_or_blocks_is_none() {
    for bad in [
        "",
        "<!-- tour:start -->",
        "<!-- tour:start --><!-- tour:end -->",
        "<!-- tour:end --><!-- tour:start -->",
        "<!-- tour:start -->\n```sh\nls\n<!-- tour:end -->",
    ] {
        assert!(Tour::of(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_is_expected_must_be_printed_in_time_and_in_order() {
    let tour = |expected: &[&str]| Tour {
        script: String::new(),
        expected: expected.iter().map(|s| (*s).to_owned()).collect(),
    };
    let output = format!("one\n{MARK}\ntwo three\n{MARK}\nfour\n{MARK}\n");
    assert_eq!(tour(&["one", "three", "four"]).check(&output), Ok(()));
    assert_eq!(tour(&["two", "three", "four"]).check(&output), Err("two".to_owned()));
    assert_eq!(tour(&["one", "three", "two"]).check(&output), Err("two".to_owned()));
    assert_eq!(tour(&["one", "three", "five"]).check(&output), Err("five".to_owned()));
}

#[test]
fn a_service_that_is_told_to_stop_ends_well() {
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(folder.path(), free_port(), &database.text());
    assert!(serving.lizard("health").status().unwrap().success());
    let status = serving.terminate();
    assert!(status.success(), "{status}");
    assert!(!serving.lizard("health").stderr(Stdio::null()).status().unwrap().success());
}
