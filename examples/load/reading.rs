//! Pages and lists of a small database and of a large one, in turns: what is not on the page
//! must cost next to nothing. One reader, one request at a time, over HTTP.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use jiff::SignedDuration;
use lizard::clock::Clock;
use lizard::desk::people::add_token;
use lizard::desk::{Error, sessions};
use lizard::secrets::Fresh;
use lizard::store::sessions::Kind;
use lizard::store::{self, Db};
use lizard::web::auth::{COOKIE, TOKEN_MARK};

use crate::figures::Read;
use crate::office::{Office, Served};

/// What is read, and as whom: a person on pages, or a program without partner.
const READ: [(&str, Option<&str>, &str); 32] = [
    ("queue page, desk", Some("desk"), "/queue"),
    ("queue page, channel manager", Some("manager-0"), "/queue"),
    ("queue page, director", Some("director-emea"), "/queue"),
    ("queue page, VP", Some("vp"), "/queue"),
    ("overview, director", Some("director-emea"), "/exec"),
    ("overview, VP", Some("vp"), "/exec"),
    ("log a call, VP", Some("vp"), "/exec/call?partner=partner-7"),
    ("partners, channel manager", Some("manager-0"), "/partners"),
    ("partners, VP", Some("vp"), "/partners"),
    ("a partner, VP", Some("vp"), "/partners/partner-7"),
    ("queue page, promises broken", Some("vp"), "/queue?state=all&broken_since={weeks}"),
    ("ticket's page, owner", Some("desk"), "/t/{ref}"),
    ("ticket's page, partner", Some("requester"), "/t/{ref}"),
    ("my issues, partner", Some("requester"), "/my"),
    ("filing page, partner", Some("requester"), "/file"),
    ("dates of a ticket for a calendar", Some("requester"), "/t/{ref}/timetable.ics"),
    ("show", None, "/api/v1/tickets/{ref}"),
    ("list", None, "/api/v1/tickets"),
    ("list, second page", None, "/api/v1/tickets?limit=100&cursor={cursor}"),
    ("list, open", None, "/api/v1/tickets?state=open"),
    ("list, P1", None, "/api/v1/tickets?priority=P1&state=open"),
    ("list, a category", None, "/api/v1/tickets?category=price&state=open"),
    ("list, a partner", None, "/api/v1/tickets?partner=partner-7"),
    ("list, an owner", None, "/api/v1/tickets?owner={owner}"),
    ("list, a team", None, "/api/v1/tickets?team={team}&state=open"),
    ("list, rung 1", None, "/api/v1/tickets?rung=1"),
    ("list, due within the hour", None, "/api/v1/tickets?due_before={soon}"),
    // In three tickets of a hundred, and in every one.
    ("search page, desk", Some("desk"), "/queue?q=customs"),
    ("search, a word", None, "/api/v1/tickets?q=customs&state=open"),
    ("search, a word of everybody's", None, "/api/v1/tickets?q=bid&state=open"),
    ("search, a reference", None, "/api/v1/tickets?q={ref}"),
    ("list, changed just now", None, "/api/v1/tickets?updated_since={lately}"),
];

/// A database that is served, and somebody who reads it.
struct Reader<'a> {
    served: &'a Served,
    office: &'a Office,
    http: reqwest::Client,
    bearer: String,
}

/// Each page or list `rounds` times `each` in both databases.
pub async fn measure(
    small: (&Office, &Served),
    large: (&Office, &Served),
    rounds: usize,
    each: usize,
) -> anyhow::Result<Vec<Read>> {
    let (small, large) = (Reader::new(small).await?, Reader::new(large).await?);
    let mut all = Vec::new();
    for (what, reader, path) in READ {
        let mut read = Read { what, small: Vec::new(), large: Vec::new() };
        for _ in 0..rounds {
            read.small.push(small.reads(reader, path, each).await.context(what)?);
            read.large.push(large.reads(reader, path, each).await.context(what)?);
        }
        all.push(read);
    }
    Ok(all)
}

impl<'a> Reader<'a> {
    async fn new((office, served): (&'a Office, &'a Served)) -> anyhow::Result<Self> {
        let fresh = Fresh::marked(TOKEN_MARK);
        let (hash, now) = (fresh.hash.clone(), office.app.wall.now());
        let write = move |db: &mut Db| add_token(db, "reader", &hash, true, false, None, now);
        office.app.store.write(write).await?;
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).build()?;
        Ok(Self { served, office, http, bearer: fresh.plain })
    }

    /// The median of `times`, after one that does not count.
    async fn reads(&self, who: Option<&str>, path: &str, times: usize) -> anyhow::Result<Duration> {
        let cookie = match who {
            Some(name) => Some(self.signed_in(name).await?),
            None => None,
        };
        let url = format!("http://{}{}", self.served.at, self.filled_in(path).await?);
        let mut took = Vec::new();
        for n in 0..=times {
            let request = match &cookie {
                Some(cookie) => self.http.get(&url).header("Cookie", format!("{COOKIE}={cookie}")),
                None => self.http.get(&url).bearer_auth(&self.bearer),
            };
            let began = Instant::now();
            let response = request.send().await?;
            let status = response.status();
            let body = response.bytes().await?;
            if n > 0 {
                took.push(began.elapsed());
            }
            ensure!(status == 200, "{url} was answered {status}: {}", String::from_utf8_lossy(&body));
        }
        took.sort();
        took.get(took.len() / 2).copied().context("nothing was read")
    }

    /// A page session of that person at the vendor; `desk` is the owner of the ticket shown, and
    /// `requester` who filed it.
    async fn signed_in(&self, name: &str) -> anyhow::Result<String> {
        let fresh = Fresh::new();
        let (hash, id, wall) =
            (fresh.hash.clone(), uuid::Uuid::now_v7().to_string(), self.office.app.wall.now());
        let email = match name {
            "desk" => self.office.a_ticket().await?.owner,
            "requester" => self.office.a_ticket().await?.requester,
            name => format!("{name}@vendor.example"),
        };
        let write = move |db: &mut Db| {
            let person = store::people::by_email(db, &email)?.ok_or(Error::NotFound)?.id;
            sessions::begin(db, &id, person, Kind::Page, &hash, wall, SignedDuration::from_hours(1))
        };
        self.office.app.store.write(write).await?;
        Ok(fresh.plain)
    }

    async fn filled_in(&self, path: &str) -> anyhow::Result<String> {
        let ticket = self.office.a_ticket().await?;
        let now = self.office.clock.now();
        let mut path = path
            .replace("{ref}", &ticket.reference)
            .replace("{owner}", &ticket.owner)
            .replace("{team}", &ticket.team)
            .replace("{weeks}", &(now - SignedDuration::from_hours(24 * 91)).to_string())
            .replace("{soon}", &(now + SignedDuration::from_hours(1)).to_string())
            .replace("{lately}", &(now - SignedDuration::from_mins(1)).to_string());
        if path.contains("{cursor}") {
            path = path.replace("{cursor}", &self.second_page().await?);
        }
        Ok(path)
    }

    async fn second_page(&self) -> anyhow::Result<String> {
        let url = format!("http://{}/api/v1/tickets?limit=100", self.served.at);
        let body: serde_json::Value =
            self.http.get(url).bearer_auth(&self.bearer).send().await?.json().await?;
        let next = body.get("next").and_then(serde_json::Value::as_str);
        Ok(next.context("the list has no second page")?.to_owned())
    }
}
