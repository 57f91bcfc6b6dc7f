//! The queue's page: headings, views, several tickets at once, a ticket beside the list.

use serde_json::json;

use super::support::*;

const PRIYA: &str = "priya@lizard.example";
const TOM: &str = "tom@lizard.example";

/// What a link of the views says, up to its count.
fn view<'a>(page: &'a Page, name: &str) -> &'a str {
    let rest = page.html.split("<nav class=\"views\"").nth(1).unwrap().split("</nav>").next().unwrap();
    let name = name.replace('\'', "&#39;");
    let link = rest.split("<li>").find(|link| link.contains(&format!(">{name}")));
    let link = link.unwrap_or_else(|| panic!("no view {name} in {rest}"));
    link.split("class=\"count\">").nth(1).unwrap().split('<').next().unwrap()
}

/// The references of the page, each behind the heading that it stands under.
fn listed(page: &Page) -> Vec<String> {
    let mut heading = String::new();
    let mut all = Vec::new();
    for row in page.html.split("<tr").skip(2) {
        if let Some(text) = row.split("scope=\"rowgroup\">").nth(1) {
            text.split('<').next().unwrap().clone_into(&mut heading);
        } else if let Some(reference) = row.split("data-ref=\"").nth(1) {
            all.push(format!("{heading}: {}", reference.split('"').next().unwrap()));
        }
    }
    all
}

/// Hidden `ticket` values of the page's rows, as a browser would send those that are ticked.
fn ticked(page: &Page, references: &[&Ticket]) -> Vec<String> {
    let all = page.html.split("name=\"ticket\" value=\"").skip(1);
    let values: Vec<String> = all.map(|v| v.split('"').next().unwrap().to_owned()).collect();
    let value = |t: &&Ticket| values.iter().find(|v| v.starts_with(&format!("{}@", t.0))).unwrap().clone();
    references.iter().map(value).collect()
}

#[tokio::test]
async fn tickets_stand_under_when_their_next_clock_breaks() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    jo.files("An idea", P4).await;
    jo.files("Slow", P3).await;
    jo.files("A deal waits", P2).await;
    jo.files("Nobody can order", P1).await;
    let closed = jo.files("Done", P3).await;
    desk.staff("dana").await.resolves(&closed).await.expect(201);
    jo.confirms(&closed).await.expect(201);
    let priya = desk.browses(PRIYA).await;
    let page = priya.get("/queue?state=all").await.expect(200);
    assert_eq!(
        listed(&page),
        [
            "Breaks in an hour: PI-1004",
            "Today: PI-1003",
            "Tomorrow: PI-1002",
            "Later: PI-1001",
            "No clock runs: PI-1005"
        ]
    );
    page.shows(&["not yet", "Acme GmbH", "<abbr title=\"Priority\">P</abbr>"]);
    desk.advance(hours(2));
    desk.staff("priya").await.replies(&Ticket("PI-1003".to_owned()), "We are on it.").await;
    let page = priya.get("/queue").await.expect(200);
    assert!(listed(&page)[0].starts_with("Broken: PI-1004"), "{:?}", listed(&page));
    page.shows(&["overdue", "class=\"roomy\"><time datetime=\"2026-11-23T11:20:00Z\""]);
}

#[tokio::test]
async fn a_role_has_its_views_with_what_is_there() {
    let desk = TestDesk::open().await;
    let (acme, birk) = (desk.partner("acme").await, desk.partner("birk").await);
    let (jo, bo) = (acme.contact("jo").await, birk.contact("bo").await);
    let first = jo.files("Special price not approved", P2).await;
    let second = jo.files("Another price", P2).await;
    bo.files("Of another region", P2).await;
    let staff = desk.staff("priya").await;
    staff.waits(&second, "partner", &wire("2026-11-25 12:00")).await.expect(200);
    let priya = desk.browses(PRIYA).await;
    let page = priya.get("/queue").await.expect(200);
    let counts = ["Mine", "My team's", "I have to acknowledge", "Waiting on the partner", "All live"];
    assert_eq!(counts.map(|name| view(&page, name)), ["2", "3", "2", "1", "3"]);
    staff.post(&first.path("acknowledgement"), json!({})).await.expect(201);
    staff.resolves(&second).await.expect(201);
    let page = priya.get("/queue").await.expect(200);
    let counts = ["I have to acknowledge", "To be confirmed", "Waiting on the partner", "All live"];
    assert_eq!(counts.map(|name| view(&page, name)), ["1", "1", "0", "3"]);
    let mine = priya.get("/queue?asked=priya%40lizard.example").await.expect(200);
    assert_eq!(listed(&mine).len(), 1);
    mine.shows(&["aria-current=\"page\">I have to acknowledge"]);

    jo.escalates(&first).await.expect(201);
    let tom = desk.browses(TOM).await.get("/queue").await.expect(200);
    let counts = ["Rung 2 decisions", "I have to acknowledge", "All live"];
    assert_eq!(counts.map(|name| view(&tom, name)), ["1", "1", "2"]);
    desk.browses("maria@lizard.example").await.get("/queue").await.shows(&["Rung 3 decisions"]);
    desk.browses("dana@lizard.example").await.get("/queue").await.shows(&["Rung 4 decisions"]);
    let ada = desk.browses("ada@lizard.example").await.get("/queue").await.expect(200);
    ada.hides(&["class=\"views\"", "id=\"bulk\"", "search-q", "Special price"]);
}

#[tokio::test]
async fn a_count_goes_to_a_hundred() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    jo.files("Special price not approved", P3).await;
    let columns = match desk.database().kind() {
        "sqlite" => "SELECT name AS value FROM pragma_table_info('tickets')",
        _ => {
            "SELECT column_name::text AS value FROM information_schema.columns \
            WHERE table_name = 'tickets' ORDER BY ordinal_position"
        }
    };
    let names = desk.database().asks(columns).join(", ");
    let copy = |n: i32| {
        let values = names.replace("id, reference,", &format!("{n}, 'PI-{}',", 1000 + n));
        format!("INSERT INTO tickets ({names}) SELECT {values} FROM tickets WHERE id = 1;")
    };
    let copies: String = (2..=105).map(copy).collect();
    desk.database().breaks(&copies);
    let priya = desk.browses(PRIYA).await;
    let page = priya.get("/queue").await.expect(200);
    assert_eq!(view(&page, "All live"), "99+");
    assert_eq!(listed(&page).len(), 25);
    assert!(page.html.len() < 120_000, "{}", page.html.len());
}

#[tokio::test]
async fn a_view_is_saved_shared_and_removed_by_its_maker() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    jo.files("Special price not approved", P2).await;
    let mut complaint = draft("Tom never calls back", P2);
    complaint["category"] = json!("rel.am_unresponsive");
    jo.files_as(complaint).await;
    let (priya, tom) = (desk.browses(PRIYA).await, desk.browses(TOM).await);
    assert!(!priya.get("/queue").await.expect(200).has_form("view"), "there is nothing to save");
    let page = priya.get("/queue?priority=P2&partner=acme&cursor=&done=view").await.expect(200);
    let unnamed = priya.send(&page, "view", &[("name", " ")]).await.expect(422);
    unnamed.shows(&["There is a problem"]);
    priya
        .send(&page, "view", &[("name", "Acme's P2")])
        .await
        .leads("/queue?partner=acme&priority=P2&done=view");
    let page = priya.get("/queue").await.expect(200);
    assert_eq!(view(&page, "Acme's P2"), "2", "the complaint is hers to see");
    tom.get("/queue").await.expect(200).hides(&["Acme&#39;s P2"]);

    // The same name again is the same view.
    let page = priya.get("/queue?partner=acme").await.expect(200);
    let shared = [("name", "Acme's P2"), ("shared", "true")];
    priya.send(&page, "view", &shared).await.leads("/queue?partner=acme&done=view");
    let theirs = tom.get("/queue").await.expect(200).shows(&["by Priya Nair"]);
    assert_eq!(view(&theirs, "Acme's P2"), "1", "nothing of what is said of him");
    let all = desk.browses("dana@lizard.example").await.get("/queue").await.expect(200);
    assert_eq!(view(&all, "Acme's P2"), "2");
    assert!(!theirs.html.contains("/remove"), "it is hers to remove");
    let token = theirs.form("bulk").value("form_token").to_owned();
    tom.post("/queue/views/1/remove", &[("form_token", token.as_str())]).await.expect(404);
    let page = priya.get("/queue").await.expect(200);
    priya.send(&page, "/queue/views/1/remove", &[]).await.leads("/queue?done=view_removed");
    tom.get("/queue").await.expect(200).hides(&["Acme&#39;s P2"]);

    // Only filters are kept, and only such that make sense.
    let form = priya.get("/queue?rung=1").await.expect(200).form("view");
    for (query, status) in [("rung=x", 422), ("state=odd", 422), ("cursor=x&limit=200", 422), ("", 422)] {
        let form = form.with("query", Some(query));
        let fields: Vec<_> = form.fields().chain([("name", "odd")]).collect();
        priya.post("/queue/views", &fields).await.expect(status);
    }
    for n in 0..30 {
        let fields: Vec<_> = form.fields().collect();
        let name = format!("view {n}");
        let fields: Vec<_> = fields.into_iter().chain([("name", name.as_str())]).collect();
        priya.post("/queue/views", &fields).await.expect(303);
    }
    let fields: Vec<_> = form.fields().chain([("name", "one more")]).collect();
    priya.post("/queue/views", &fields).await.expect(422).shows(&["thirty views"]);
}

#[tokio::test]
async fn several_tickets_change_after_a_look_and_back_again() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let one = jo.files("First", P3).await;
    let two = jo.files("Second", P3).await;
    let high = jo.files("Third", P2).await;
    let gone = jo.files("Fourth", P3).await;
    let (priya, wei) = (desk.browses(PRIYA).await, desk.staff("wei").await);
    let page = priya.get("/queue").await.expect(200);
    let tickets = ticked(&page, &[&one, &two, &high, &gone]);
    let order = [("priority", "P2"), ("owner", ""), ("reason", "a campaign")];
    let ask = |act: &'static str| {
        let ticked = tickets.iter().map(|t| ("ticket", t.as_str()));
        ticked.chain(order).chain([("act", act)]).collect::<Vec<_>>()
    };
    desk.staff("dana").await.merges(&gone, &high).await.expect(200);
    let looked = priya.send(&page, "bulk", &ask("look")).await.expect(200);
    let looked = looked.shows(&[
        "2 tickets would change",
        "Priority: P3 → P2",
        "To be solved by:",
        "It is so already.",
        "Change 2 tickets",
        "stays as it is",
    ]);
    let state = async |t: &Ticket| desk.staff("dana").await.sees(t).await["priority"].clone();
    assert_eq!(state(&one).await, "P3", "a look changes nothing");
    // What the page carries along is what was ticked; somebody else goes on with one meanwhile.
    wei.triages(&two, json!({"owner": "wei@lizard.example", "reason": "Wei knows it"})).await.expect(200);
    let fields: Vec<_> = order.into_iter().chain([("act", "do")]).collect();
    let done = priya.send(&looked, "bulk", &fields).await.expect(303);
    let place = done.header("Location").to_owned();
    let result = priya.get(&place).await.expect(200);
    let result = result.shows(&["1 of 4 changed", "Somebody has changed it meanwhile.", "Undo"]);
    assert_eq!((state(&one).await, state(&two).await), (json!("P2"), json!("P3")));
    let events = wei.events(&one).await;
    assert_eq!(events.iter().filter(|e| e["kind"] == "triaged").count(), 1, "each is its own triage");

    let id = place.trim_start_matches("/queue/bulk/").split('?').next().unwrap().to_owned();
    desk.browses(TOM).await.get(&format!("/queue/bulk/{id}")).await.expect(404);
    let undone = priya.send(&result, "undo", &[]).await.leads(&format!("/queue/bulk/{id}?done=bulk_undone"));
    drop(undone);
    assert_eq!(state(&one).await, "P3");
    let result =
        priya.get(&format!("/queue/bulk/{id}")).await.expect(200).shows(&["Undone", "0 of 4 changed"]);
    assert!(!result.has_form("undo"), "once");
    let last = wei.events(&one).await.into_iter().rfind(|e| e["kind"] == "triaged").unwrap();
    assert_eq!(last["data"]["reason"], "undone");
}

#[tokio::test]
async fn what_somebody_went_on_with_is_not_undone_nor_what_is_long_done() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (one, two) = (jo.files("First", P3).await, jo.files("Second", P3).await);
    let priya = desk.browses(PRIYA).await;
    let hand = async |tickets: &[&Ticket]| {
        let page = priya.get("/queue").await.expect(200);
        let tickets = ticked(&page, tickets);
        let order = [("team", "order_ops"), ("reason", "it is about the order"), ("act", "do")];
        let fields: Vec<_> = tickets.iter().map(|t| ("ticket", t.as_str())).chain(order).collect();
        let place = priya.send(&page, "bulk", &fields).await.expect(303).header("Location").to_owned();
        priya.get(&place).await.expect(200)
    };
    let team = async |t: &Ticket| desk.staff("dana").await.sees(t).await["team"].clone();
    let result = hand(&[&one, &two]).await.shows(&["2 of 2 changed"]);
    assert_eq!((team(&one).await, team(&two).await), (json!("order_ops"), json!("order_ops")));
    desk.staff("wei").await.replies(&two, "I have it.").await;
    let place = priya.send(&result, "undo", &[]).await.expect(303).header("Location").to_owned();
    priya.get(&place).await.expect(200).shows(&["Not undone. Somebody has changed it meanwhile."]);
    assert_eq!((team(&one).await, team(&two).await), (json!("deal_desk"), json!("order_ops")));
    let result = hand(&[&one]).await;
    desk.advance_wall(minutes(11));
    let place = priya.send(&result, "undo", &[]).await.expect(303).header("Location").to_owned();
    let late = priya.get(&place).await.expect(200);
    assert!(!late.has_form("undo"));
    assert_eq!(team(&one).await, "order_ops");
}

#[tokio::test]
async fn several_tickets_are_chosen_and_something_is_said_of_them() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("First", P3).await;
    let mut complaint = draft("Tom never calls back", P2);
    complaint["category"] = json!("rel.am_unresponsive");
    let about = jo.files_as(complaint).await.as_ticket();
    let tom = desk.browses(TOM).await;
    let page = tom.get("/queue").await.expect(200);
    let reason = ("reason", "r");
    tom.send(&page, "bulk", &[reason]).await.expect(422).shows(&["Tick from one"]);
    let of = ("ticket", ticket.0.as_str());
    tom.send(&page, "bulk", &[of, reason]).await.expect(422).shows(&["must be named"]);
    tom.send(&page, "bulk", &[of, ("priority", "P2")]).await.expect(422).shows(&["Please fill this in."]);
    tom.send(&page, "bulk", &[of, ("priority", "P9"), reason]).await.expect(422);
    // To him, the complaint is as little there as what never was.
    for what in ["look", "do"] {
        let answers =
            [&about.0, "PI-9999"].map(|t| [("ticket", t), ("priority", "P1"), reason, ("act", what)]);
        let mut said = Vec::new();
        for fields in answers {
            let answer = tom.send(&page, "bulk", &fields).await;
            let reference = fields[0].1;
            let html = match answer.status {
                303 => tom.get(answer.header("Location")).await.expect(404).html,
                _ => answer.expect(200).html,
            };
            said.push(html.replace(reference, "PI-X"));
        }
        assert_eq!(said[0], said[1], "{what}");
    }
    tom.get(&format!("/queue/preview/{}", about.0)).await.expect(404);
    tom.get("/queue/preview/PI-9999").await.expect(404);
    let glance = tom.get(&format!("/queue/preview/{}", ticket.0)).await.expect(200);
    glance.shows(&["<form id=\"triage\"", "First"]);
    let partner = desk.browses("jo@acme.example").await;
    for path in ["/queue/preview/PI-1001", "/queue", "/queue/bulk/x"] {
        partner.get(path).await.expect(404);
    }
    desk.browses("ada@lizard.example").await.get("/queue/preview/PI-1001").await.expect(403);
}

#[tokio::test]
async fn keys_are_turned_off_in_the_preferences() {
    let desk = TestDesk::open().await;
    desk.partner("acme").await.contact("jo").await.files("First", P3).await;
    let priya = desk.browses(PRIYA).await;
    priya.get("/queue").await.expect(200).shows(&["data-keys>"]);
    let page = priya.get("/preferences").await.expect(200).shows(&["name=\"keys\" value=\"true\" checked"]);
    let day = [("time_zone", "Europe/Berlin"), ("from", "8"), ("until", "18")];
    priya.send(&page, "preferences", &day).await.leads("/preferences?done=person");
    priya.get("/queue").await.expect(200).hides(&["data-keys>"]).shows(&["turned off"]);
    desk.browses("jo@acme.example").await.get("/preferences").await.expect(200).hides(&["name=\"keys\""]);
}
