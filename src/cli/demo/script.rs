//! What happens in the demo, and when: a Monday of thirteen issues. Times are those of the
//! vendor's office in Berlin. It is only data; `play` performs it through the desk.

use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::ticket::PressReason;

/// The Monday, in [`ZONE`].
pub const DAY: &str = "2026-11-23";
pub const OPENS: &str = "09:00";
pub const ZONE: &str = "Europe/Berlin";

/// An issue and what becomes of it.
pub struct Issue {
    /// When it is filed.
    pub at: &'static str,
    /// E-mail of who files it.
    pub by: &'static str,
    pub category: &'static str,
    pub impact: Impact,
    pub urgency: Urgency,
    /// On the same day.
    pub deadline: Option<&'static str>,
    /// In whole euros.
    pub value: Option<i64>,
    pub subject: &'static str,
    pub description: &'static str,
    pub then: &'static [Step],
}

/// When, who, and what.
pub type Step = (&'static str, Who, Act);

#[derive(Clone, Copy)]
pub enum Who {
    /// Whoever owns the ticket by then.
    Owner,
    /// By e-mail.
    Person(&'static str),
}

/// A day of November 2026 and a time.
pub type On = (i8, &'static str);

pub enum Act {
    Write(&'static str),
    Note(&'static str),
    Triage {
        priority: Priority,
        reason: &'static str,
    },
    /// Steps with their date and whether they are done, the day it is solved, why it moved.
    Timetable {
        steps: &'static [(&'static str, On, bool)],
        resolution: On,
        reason: Option<&'static str>,
    },
    WaitForPartner {
        reason: &'static str,
        until: On,
    },
    Resolve {
        summary: &'static str,
        how_to_check: &'static str,
    },
    Confirm(&'static str),
    Refuse(&'static str),
    Escalate {
        reason: PressReason,
        why: &'static str,
    },
    Acknowledge,
    Contest(&'static str),
    /// A reference.
    MergeInto(&'static str),
}

use Act::{
    Acknowledge, Confirm, Contest, Escalate, MergeInto, Note, Refuse, Resolve, Timetable, Triage,
    WaitForPartner, Write,
};
use Who::{Owner, Person};

const LENA: &str = "lena@nordlicht.example";
const HENRIK: &str = "henrik@nordlicht.example";
const CAMILLE: &str = "camille@atelier.example";
const RASA: &str = "rasa@baltic.example";
const MIKE: &str = "mike@lakeshore.example";
const GRACE: &str = "grace@lakeshore.example";
const TOMAS: &str = "tomas@vendor.example";
const KEZIA: &str = "kezia@vendor.example";
const INGRID: &str = "ingrid@vendor.example";
const PRIYA: &str = "priya@vendor.example";

/// In the order in which they are filed: the first is PI-1001.
pub const STORY: &[Issue] = &[
    Issue {
        at: "09:00",
        by: LENA,
        category: "order.entry_blocked",
        impact: Impact::CannotWork,
        urgency: Urgency::Within1Day,
        deadline: Some("17:00"),
        value: Some(84_000),
        subject: "Every order is rejected since this morning",
        description: "Since 08:30 each order ends with \"customer number unknown\", for all our customers. \
            The clinic in Kiel has to have its order number by 17:00 today, or the budget is gone.",
        // Left alone, all the way up.
        then: &[],
    },
    Issue {
        at: "09:04",
        by: HENRIK,
        category: "price.approval_late",
        impact: Impact::OneBlocked,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: Some(180_000),
        subject: "Special price for the harbour bid is not approved",
        description: "We asked for the project price eight days ago. The bid closes on Friday, and we cannot \
            calculate without it.",
        then: &[
            (
                "09:40",
                Owner,
                Write(
                    "Good morning Henrik. I have your request: it waits for the price committee. \
                I bring it there today and tell you what they say.",
                ),
            ),
            ("10:00", Owner, Triage { priority: Priority::P2, reason: "One bid, this week" }),
            (
                "10:10",
                Owner,
                Timetable {
                    steps: &[("Price committee has decided", (23, "15:00"), false)],
                    resolution: (25, "12:00"),
                    reason: None,
                },
            ),
            (
                "11:30",
                Owner,
                Timetable {
                    steps: &[("Price committee has decided", (23, "15:00"), false)],
                    resolution: (26, "12:00"),
                    reason: Some(
                        "Two lines of the request carry last year's list price. They are corrected first.",
                    ),
                },
            ),
            (
                "11:35",
                Owner,
                Note("Lines 3 and 7 were copied from the 2025 quote. Pricing corrects them by hand."),
            ),
            ("13:30", Person(TOMAS), Acknowledge),
            (
                "14:30",
                Owner,
                Timetable {
                    steps: &[("Price committee has decided", (23, "15:00"), true)],
                    resolution: (26, "12:00"),
                    reason: None,
                },
            ),
            ("14:35", Owner, Write("The committee agreed to 31 percent. I have it put into the quote now.")),
            (
                "15:00",
                Owner,
                Resolve {
                    summary: "The price is approved, and it is in your quote.",
                    how_to_check: "Open quote Q-20881: the total is EUR 124,200.",
                },
            ),
            (
                "15:40",
                Person(HENRIK),
                Refuse("Line 7 still shows the old price. The total is wrong by EUR 6,300."),
            ),
            (
                "16:00",
                Owner,
                Write(
                    "You are right, line 7 was missed. Pricing has it, and I check it myself \
                before I write to you again.",
                ),
            ),
        ],
    },
    Issue {
        at: "09:06",
        by: CAMILLE,
        category: "order.delivery_late",
        impact: Impact::OneBlocked,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: Some(27_500),
        subject: "Pallet 2 of 3 has not arrived",
        description: "Order 77120 came in three pallets. The second one, with the switches, is missing. Our \
            fitters stand at the customer's on Wednesday.",
        // Warned about, and solved before anybody above the desk has to take it on.
        then: &[
            (
                "12:20",
                Owner,
                Write(
                    "I have found it: the pallet stands in the hub in Metz, with a torn label. \
                It leaves today.",
                ),
            ),
            (
                "12:50",
                Owner,
                Resolve {
                    summary: "The pallet has left Metz with a new label and arrives tomorrow before ten.",
                    how_to_check: "Tracking number 00340 11873 shows \"in delivery\".",
                },
            ),
            ("14:10", Person(CAMILLE), Confirm("Tracking says so too. Thank you!")),
        ],
    },
    Issue {
        at: "09:10",
        by: RASA,
        category: "rel.am_unresponsive",
        impact: Impact::Annoying,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: None,
        subject: "Our channel manager has not called back for two weeks",
        description: "Three calls and four mails about the plan for next year, and no answer. We do not want \
            to make it big. We want to know who talks to us.",
        then: &[
            (
                "10:20",
                Owner,
                Write(
                    "Thank you for telling us. He does not see this issue. I talk to the \
                director today, and you hear from me tomorrow at the latest.",
                ),
            ),
            ("11:00", Person(INGRID), Note("I have asked for his calendar of November. I call Rasa myself.")),
        ],
    },
    Issue {
        at: "09:15",
        by: CAMILLE,
        category: "deal.approval_late",
        impact: Impact::OneBlocked,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: Some(61_000),
        subject: "Deal registration for the Lyon schools is still pending",
        description: "Registered twelve days ago, and the portal says \"in review\". Another partner is \
            talking to the same customer.",
        then: &[
            (
                "09:50",
                Owner,
                Write("I look at it now. One thing is missing on our side: the customer's consent."),
            ),
            (
                "10:10",
                Owner,
                WaitForPartner {
                    reason: "We need the customer's written consent to the registration.",
                    until: (24, "17:00"),
                },
            ),
            (
                "11:40",
                Person(CAMILLE),
                Write(
                    "Here it is: signed on Thursday by the head of IT. I have put it \
                into the portal, too.",
                ),
            ),
            (
                "14:20",
                Owner,
                Resolve {
                    summary: "The deal is registered for you until the end of March.",
                    how_to_check: "The portal shows DR-5518 as approved.",
                },
            ),
            ("15:10", Person(CAMILLE), Confirm("Approved. That was quick.")),
        ],
    },
    Issue {
        at: "09:25",
        by: HENRIK,
        category: "legal.contract_terms",
        impact: Impact::Annoying,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: None,
        subject: "Which liability clause holds for subcontractors?",
        description: "Annex 4 and the general terms say different things about subcontractors. Our lawyer \
            wants one answer in writing.",
        then: &[(
            "12:40",
            Owner,
            Write("Annex 4 goes first. You get that in writing, signed by our counsel."),
        )],
    },
    Issue {
        at: "09:35",
        by: CAMILLE,
        category: "portal.access",
        impact: Impact::Annoying,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: None,
        subject: "A new colleague cannot sign in to the partner portal",
        description: "Nadia started on 16 November. Her invitation says \"link expired\".",
        then: &[
            ("09:55", Owner, Write("A new invitation is on its way to her.")),
            (
                "10:30",
                Owner,
                Resolve {
                    summary: "Nadia has a new invitation, good for a week.",
                    how_to_check: "She opens the link and sets a password.",
                },
            ),
            ("10:50", Person(CAMILLE), Confirm("She is in.")),
        ],
    },
    Issue {
        at: "10:00",
        by: RASA,
        category: "tech.support_case_stuck",
        impact: Impact::OneBlocked,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: Some(45_000),
        subject: "Support case 0091733 does not move",
        description: "The cluster of our customer restarts every night. The case has been with second level \
            for nine days, and each day another engineer asks for the same logs.",
        then: &[
            ("10:30", Owner, Write("I have asked second level for an answer.")),
            (
                "11:30",
                Person(RASA),
                Escalate {
                    reason: PressReason::LackOfProgress,
                    why: "Asking second level is what we have done for nine days. We need an engineer with a name.",
                },
            ),
            ("11:50", Person(TOMAS), Acknowledge),
            (
                "12:10",
                Person(TOMAS),
                Write(
                    "Rasa, you have one now: Idris Bello, until it is solved. He calls \
                you today at 14:00.",
                ),
            ),
        ],
    },
    Issue {
        at: "10:05",
        by: CAMILLE,
        category: "order.delivery_late",
        impact: Impact::OneBlocked,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: None,
        subject: "Switches of order 77120?",
        description: "Does anybody know where the switches of order 77120 are?",
        then: &[("10:25", Person(PRIYA), MergeInto("PI-1003"))],
    },
    Issue {
        at: "10:20",
        by: HENRIK,
        category: "funds.claim_unpaid",
        impact: Impact::Annoying,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: Some(9_800),
        subject: "The claim for the autumn campaign is approved, and not paid",
        description: "Approved on 2 October, payable within 30 days. It is 23 November.",
        then: &[
            (
                "11:20",
                Person(HENRIK),
                Contest("The agency that we paid in advance charges us interest by the day."),
            ),
            (
                "11:50",
                Owner,
                Triage {
                    priority: Priority::P2,
                    reason: "Payment is overdue by three weeks, and costs the partner money",
                },
            ),
            (
                "12:30",
                Owner,
                Write(
                    "The transfer was stopped because your bank account changed. Finance sends \
                it with tomorrow's run.",
                ),
            ),
        ],
    },
    Issue {
        at: "11:00",
        by: RASA,
        category: "enable.certification_record",
        impact: Impact::Annoying,
        urgency: Urgency::Within5Days,
        deadline: None,
        value: None,
        subject: "Two certificates are missing in our record",
        description: "Ona and Mantas passed on 5 November. Without them we fall below the number for our tier.",
        then: &[(
            "13:00",
            Owner,
            Write("Both results are there. They appear in your record after tonight's run."),
        )],
    },
    Issue {
        at: "15:05",
        by: MIKE,
        category: "lic.entitlement_wrong",
        impact: Impact::CannotWork,
        urgency: Urgency::Within1Day,
        deadline: None,
        value: None,
        subject: "Renewed licences are off at three customers",
        description: "Paid on Friday, and this morning the consoles of three customers say \"expired\".",
        then: &[
            (
                "15:30",
                Owner,
                Write(
                    "I see it: the renewal was booked for next year. Licensing switches all three \
                on by hand, one after the other.",
                ),
            ),
            ("16:15", Person(KEZIA), Acknowledge),
            ("16:20", Owner, Write("Two of three are on again. The third one follows within the hour.")),
        ],
    },
    Issue {
        at: "15:20",
        by: GRACE,
        category: "mkt.collateral",
        impact: Impact::Annoying,
        urgency: Urgency::Later,
        deadline: None,
        value: None,
        subject: "Do you have the data sheets in Spanish?",
        description: "Half of our customers in Texas would rather read them in Spanish.",
        then: &[("15:50", Owner, Write("We do: all but two. I send you the folder."))],
    },
];
