//! What the demo's front page tells a newcomer to look at, and as whom.

use crate::app::Stop;

const LENA: &str = "lena@nordlicht.example";
const PRIYA: &str = "priya@vendor.example";
const LUCA: &str = "luca@vendor.example";
const TOMAS: &str = "tomas@vendor.example";
const INGRID: &str = "ingrid@vendor.example";
const DANA: &str = "dana@vendor.example";
const ADA: &str = "ada@vendor.example";

/// Where to look, in five steps.
pub fn tour() -> Vec<Stop> {
    let stop = |title, text, ways| Stop { title, text, ways };
    vec![
        stop(
            "An issue that nobody answers",
            "The partner's side of PI-1001. It has a named owner and dates from the first minute; nobody keeps \
             them, and Lizard says so by itself. Watch the ladder: channel manager at 10:00, director at 13:00, \
             the VP at 15:24, because the partner named a deadline of 17:00.",
            &[(LENA, "/t/PI-1001")],
        ),
        stop(
            "No surprises on the way up",
            "The same issue as the VP sees it. Under \u{201c}What happened\u{201d}, each holder was warned before \
             their rung was reached; under \u{201c}Mail\u{201d}, open the letters that said so.",
            &[(DANA, "/t/PI-1001")],
        ),
        stop(
            "A date that moved, and a fix that was refused",
            "PI-1002 from the desk. The first date is struck through, with the reason that the partner read. At \
             15:00 it is called resolved, at 15:40 the partner says that it is not, and it goes on where it was. \
             PI-1003 is the quiet one: its people were warned, and it was solved in time.",
            &[(LUCA, "/t/PI-1002"), (PRIYA, "/t/PI-1003")],
        ),
        stop(
            "What a channel manager does not see",
            "PI-1004 is a complaint about Tomás. He finds it nowhere: not in this queue, not by its address, not \
             in any letter; his rung is left out. Ingrid, his director, does see it.",
            &[(TOMAS, "/queue"), (INGRID, "/t/PI-1004")],
        ),
        stop(
            "Every letter that went out",
            "In a demo an administrator may read them all, as text and as HTML: first replies, honest no-progress \
             mails, new dates, heads-ups, notices to the VP.",
            &[(ADA, "/admin/outbox")],
        ),
    ]
}
