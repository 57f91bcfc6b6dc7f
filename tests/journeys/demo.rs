//! `lizard demo` as a newcomer sees it: the built program, its pages, and its outbox, within
//! two minutes by the wall's clock. And who may open a letter outside of it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use super::support::{P2, TestDesk};
use super::tour::{free_port, wait};

/// In which the story must have been told.
const PATIENCE: Duration = Duration::from_mins(2);

/// `lizard demo` as a process of its own, with a folder that is its temporary one.
struct Demo {
    child: Child,
    place: tempfile::TempDir,
    url: String,
}

/// Somebody at a browser.
struct Guest {
    client: reqwest::Client,
    url: String,
}

impl Demo {
    fn start() -> Self {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("tmp")).unwrap();
        let port = free_port();
        let log = File::create(place.path().join("demo.log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_lizard"))
            .arg("demo")
            .current_dir(place.path())
            .env("TMPDIR", place.path().join("tmp"))
            .env("LIZARD__SERVER__LISTEN", format!("127.0.0.1:{port}"))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, place, url: format!("http://127.0.0.1:{port}") }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.place.path().join("demo.log")).unwrap()
    }

    /// What it keeps in the temporary folder.
    fn kept(&self) -> Vec<PathBuf> {
        let folder = Path::read_dir(&self.place.path().join("tmp")).unwrap();
        folder.map(|f| f.unwrap().path()).collect()
    }

    fn guest(&self) -> Guest {
        let client = reqwest::Client::builder().cookie_store(true);
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Guest { client, url: self.url.clone() }
    }

    /// Signed in as the tour's buttons do it.
    async fn guest_as(&self, email: &str) -> Guest {
        let guest = self.guest();
        let fields = [("email", email), ("password", "leaping lizard"), ("next", "/queue")];
        let body = serde_urlencoded::to_string(fields).unwrap();
        let posted = guest.client.post(format!("{}/session", self.url)).body(body);
        let answer = posted.header("Content-Type", "application/x-www-form-urlencoded").send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["Location"]),
            (303, &"/queue".parse().unwrap())
        );
        guest
    }

    /// Waits until the page shows all of it.
    async fn comes_to(&self, guest: &Guest, path: &str, texts: &[&str], begun: Instant) -> String {
        loop {
            let page = guest.get(path).await;
            if page.0 == 200 && texts.iter().all(|text| page.1.contains(text)) {
                return page.1;
            }
            let log = self.log();
            assert!(begun.elapsed() < PATIENCE, "{path} never showed {texts:?}: {}\n{log}", page.1);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// As Ctrl-C or an operator ends it.
    fn terminate(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        wait(&mut self.child, Duration::from_secs(15)).expect("it ends soon after it was told to")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Guest {
    async fn answer(&self, path: &str) -> Option<reqwest::Response> {
        self.client.get(format!("{}{path}", self.url)).send().await.ok()
    }

    /// Status and body; 0 while nobody listens.
    async fn get(&self, path: &str) -> (u16, String) {
        match self.answer(path).await {
            Some(answer) => (answer.status().as_u16(), answer.text().await.unwrap()),
            None => (0, String::new()),
        }
    }

    async fn page(&self, path: &str) -> String {
        let (status, html) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {html}");
        html
    }

    /// Ids of the letters in the outbox that a kind links to, by kind.
    async fn outbox(&self) -> Vec<(String, String)> {
        let (mut path, mut found) = ("/admin/outbox".to_owned(), Vec::new());
        loop {
            let page = self.page(&path).await;
            for link in page.split("<a href=\"/admin/outbox/").skip(1) {
                let (id, rest) = link.split_once("\">").unwrap();
                found.push((rest.split('<').next().unwrap().to_owned(), id.to_owned()));
            }
            match page.split_once("\" rel=\"next\"") {
                Some((before, _)) => path = before.rsplit('"').next().unwrap().replace("&#38;", "&"),
                None => return found,
            }
        }
    }
}

/// The ladder of a ticket's page: the class of each rung.
fn ladder(page: &str) -> Vec<&str> {
    let list = page.split("<ol class=\"rungs small\">").nth(1).unwrap().split("</ol>").next().unwrap();
    list.split("<li class=\"").skip(1).map(|li| li.split('"').next().unwrap()).collect()
}

fn in_order(page: &str, texts: &[&str]) {
    let mut rest = page;
    for text in texts {
        let (_, after) =
            rest.split_once(text).unwrap_or_else(|| panic!("{text:?} does not follow in {page}"));
        rest = after;
    }
}

#[tokio::test]
async fn a_newcomer_sees_the_whole_story_within_two_minutes() {
    if std::env::var("TEST_DATABASE_URL").is_ok_and(|url| !url.is_empty()) {
        eprintln!("skipped: the demo has a SQLite file of its own, whatever the others run on");
        return;
    }
    let begun = Instant::now();
    let mut demo = Demo::start();
    let nobody = demo.guest();
    let front = demo.comes_to(&nobody, "/", &["360 times as fast", "Mon 23 Nov 2026"], begun).await;
    assert_eq!(front.matches("<li class=\"panel\">").count(), 5, "{front}");
    assert!(nobody.page("/session").await.contains("dana@vendor.example"));
    assert!(demo.log().contains("dana@vendor.example") && demo.log().contains(&demo.url), "{}", demo.log());
    assert_eq!(demo.kept().len(), 1);

    // The last act of the script, and the last rung.
    let kezia = demo.guest_as("kezia@vendor.example").await;
    demo.comes_to(&kezia, "/t/PI-1012", &["Two of three are on again"], begun).await;
    let dana = demo.guest_as("dana@vendor.example").await;
    let stuck =
        demo.comes_to(&dana, "/t/PI-1001", &["aria-current=\"step\"><span class=\"number\">4<"], begun).await;
    assert_eq!(nobody.get("/readyz").await.0, 200, "{}", nobody.get("/readyz").await.1);

    // Rung by rung, each holder warned before; the newest stands on top.
    assert_eq!(ladder(&stuck), ["reached", "reached", "reached", "here"]);
    in_order(
        told(&stuck),
        &[
            "Rung 4 reached: VP of Channels, Dana Whitfield (its time had come)",
            "Warned Dana Whitfield, who will hold it, of rung 4",
            "Rung 3 reached: Regional director, Ingrid Solberg (its time had come)",
            "Warned Ingrid Solberg, who will hold it, of rung 3",
            "Rung 2 reached: Channel manager, Tomás Herrera (its time had come)",
            "was broken",
            "Warned Tomás Herrera, who will hold it, of rung 2",
            "Warned Jonas Weber, the owner, of rung 2",
            "filed it: P1",
        ],
    );
    assert!(!stuck.contains("Exception"), "nobody on the way was surprised");
    tell_of_the_others(&demo).await;
    read_the_mail(&demo).await;

    let status = demo.terminate();
    assert!(status.success(), "{status}: {}", demo.log());
    assert_eq!(demo.kept(), Vec::<PathBuf>::new(), "nothing is left behind");
    assert!(!demo.log().contains("WARN") && !demo.log().contains("ERROR"), "{}", demo.log());
}

/// What happened, as the page tells it.
fn told(page: &str) -> &str {
    page.split("class=\"timeline\"").nth(1).unwrap().split("</ol>").next().unwrap()
}

async fn tell_of_the_others(demo: &Demo) {
    // A date that moved, a rung that was acknowledged, a claim that was refused.
    let luca = demo.guest_as("luca@vendor.example").await;
    let price = luca.page("/t/PI-1002").await;
    assert!(
        price.contains("<del><time") && price.contains("Moved because: Two lines of the request"),
        "{price}"
    );
    in_order(
        told(&price),
        &["Line 7 still shows the old price", "acknowledged on rung 2", "moved to", "filed it: P2"],
    );
    // Warned about, and solved before the next rung.
    let camille = demo.guest_as("camille@atelier.example").await;
    assert!(camille.page("/my").await.contains("PI-1003"));
    let dana = demo.guest_as("dana@vendor.example").await;
    let warned = dana.page("/t/PI-1003").await;
    assert!(told(&warned).contains("Warned Tomás Herrera, who will hold it, of rung 2"), "{warned}");
    assert!(!told(&warned).contains("Rung 2 reached"), "{warned}");
    // Pressed before anybody was warned: that is said, too.
    assert!(told(&dana.page("/t/PI-1008").await).contains("Exception: Tomás Herrera was on rung 2 without"));
    // Whom a complaint is about finds nothing of it, not even a letter.
    let tomas = demo.guest_as("tomas@vendor.example").await;
    assert_eq!(tomas.get("/t/PI-1004").await.0, 404);
    assert!(!tomas.page("/queue").await.contains("PI-1004"));
    let ingrid = demo.guest_as("ingrid@vendor.example").await;
    let complaint = ingrid.page("/t/PI-1004").await;
    let letter = complaint.split("<a href=\"/t/PI-1004/letters/").nth(1).unwrap().split('"').next().unwrap();
    ingrid.page(&format!("/t/PI-1004/letters/{letter}")).await;
    for path in ["PI-1004", "PI-1001"] {
        assert_eq!(tomas.get(&format!("/t/{path}/letters/{letter}")).await.0, 404);
        assert_eq!(tomas.get(&format!("/t/{path}/letters/{letter}/html")).await.0, 404);
    }
}

async fn read_the_mail(demo: &Demo) {
    let ada = demo.guest_as("ada@vendor.example").await;
    let letters = ada.outbox().await;
    let kinds: std::collections::BTreeMap<&str, &str> =
        letters.iter().map(|(kind, id)| (kind.as_str(), id.as_str())).collect();
    assert!(kinds.len() >= 10, "{kinds:?}");
    for kind in [
        "Received",
        "First reply",
        "No progress",
        "New date",
        "Heads-up",
        "Rung reached",
        "Notice to the VP",
        "Not fixed",
    ] {
        assert!(kinds.contains_key(kind), "no {kind:?} in {kinds:?}");
    }
    for (kind, id) in kinds {
        let page = ada.page(&format!("/admin/outbox/{id}")).await;
        let text = page.split("<pre class=\"letter\"").nth(1).unwrap().split("</pre>").next().unwrap();
        assert!(text.contains("PI-10") && text.len() > 100, "{kind}: {page}");
        assert!(page.contains(&format!("src=\"/admin/outbox/{id}/html\" sandbox=")), "{kind}: {page}");
        let part = ada.answer(&format!("/admin/outbox/{id}/html")).await.unwrap();
        let policy = part.headers()["Content-Security-Policy"].to_str().unwrap().to_owned();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("script-src"), "{policy}");
        assert_eq!(part.headers()["X-Frame-Options"], "SAMEORIGIN");
        let html = part.text().await.unwrap();
        assert!(
            html.contains("<html") && html.contains("PI-10") && html.contains("target=\"_top\""),
            "{kind}: {html}"
        );
    }
}

#[tokio::test]
async fn a_letter_is_opened_by_staff_who_may_see_its_ticket_and_by_nobody_else() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.browses("priya@lizard.example").await;
    let page = priya.get(&format!("/t/{}", ticket.0)).await.expect(200);
    let link = page.html.split(&format!("<a href=\"/t/{}/letters/", ticket.0)).nth(1).unwrap();
    let id = link.split('"').next().unwrap();
    let letter = format!("/t/{}/letters/{id}", ticket.0);
    priya.get(&letter).await.expect(200).shows(&["<pre class=\"letter\"", "Special price not approved"]);
    // The partner's side has its mail in its mailbox, and strangers have nothing.
    desk.browses("jo@acme.example").await.get(&letter).await.expect(403).hides(&["<pre"]);
    desk.browses("bo@birk.example").await.get(&letter).await.expect(404);
    // To an administrator it has no inside.
    let ada = desk.browses("ada@lizard.example").await;
    ada.get(&letter).await.expect(404);
    ada.get(&format!("{letter}/html")).await.expect(404);
    ada.get(&format!("/admin/outbox/{id}")).await.expect(200).hides(&["<pre", "<iframe", "Special price"]);
    ada.get(&format!("/admin/outbox/{id}/html")).await.expect(404);
    priya.get(&format!("/admin/outbox/{id}")).await.expect(403);
    // A letter belongs to its ticket, and one that is not there is nowhere.
    let other = jo.files("Another thing", P2).await;
    priya.get(&format!("/t/{}/letters/{id}", other.0)).await.expect(404);
    priya.get(&format!("/t/{}/letters/4711", ticket.0)).await.expect(404);
}
