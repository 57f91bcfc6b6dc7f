//! Who is in the demo: a vendor with somebody on every rung, four partners in two regions.

use jiff::Timestamp;

use crate::app::SignIn;
use crate::desk::people::{Credential, NewPartner, add, add_partner};
use crate::desk::{Desk, Error};
use crate::domain::person::{NewPerson, Role};
use crate::store::Db;

/// Of everybody.
pub const PASSWORD: &str = "leaping lizard";

struct Member {
    name: &'static str,
    email: &'static str,
    role: Role,
    /// Slug of a partner, region, or teams.
    of: &'static [&'static str],
    lead: bool,
    zone: &'static str,
}

struct Company {
    name: &'static str,
    slug: &'static str,
    region: &'static str,
    zone: &'static str,
    manager: &'static str,
}

const fn member(
    role: Role,
    name: &'static str,
    email: &'static str,
    of: &'static [&'static str],
    zone: &'static str,
) -> Member {
    Member { name, email, role, of, lead: false, zone }
}

const BERLIN: &str = "Europe/Berlin";
const NEW_YORK: &str = "America/New_York";

/// The vendor's side, from the top.
const STAFF: &[Member] = &[
    member(Role::Vp, "Dana Whitfield", "dana@vendor.example", &[], BERLIN),
    member(Role::Director, "Ingrid Solberg", "ingrid@vendor.example", &["emea"], BERLIN),
    member(Role::Director, "Marcus Bell", "marcus@vendor.example", &["americas"], NEW_YORK),
    member(Role::ChannelManager, "Tomás Herrera", "tomas@vendor.example", &["emea"], BERLIN),
    member(Role::ChannelManager, "Kezia Brooks", "kezia@vendor.example", &["americas"], NEW_YORK),
    member(Role::Desk, "Jonas Weber", "jonas@vendor.example", &["order_ops"], BERLIN),
    member(Role::Desk, "Luca Romano", "luca@vendor.example", &["deal_desk", "licensing", "legal"], BERLIN),
    Member {
        lead: true,
        ..member(
            Role::Desk,
            "Priya Nair",
            "priya@vendor.example",
            &["support_desk", "deal_desk", "order_ops"],
            BERLIN,
        )
    },
    member(
        Role::Desk,
        "Mei Tanaka",
        "mei@vendor.example",
        &["partner_portal", "partner_se", "channel_finance", "enablement", "channel_marketing"],
        BERLIN,
    ),
    member(Role::Admin, "Ada Okafor", "ada@vendor.example", &[], BERLIN),
];

const PARTNERS: &[Company] = &[
    Company {
        name: "Nordlicht Systemhaus",
        slug: "nordlicht",
        region: "emea",
        zone: BERLIN,
        manager: "tomas@vendor.example",
    },
    Company {
        name: "Atelier Réseau",
        slug: "atelier",
        region: "emea",
        zone: "Europe/Paris",
        manager: "tomas@vendor.example",
    },
    Company {
        name: "Baltic Cloud",
        slug: "baltic",
        region: "emea",
        zone: "Europe/Vilnius",
        manager: "tomas@vendor.example",
    },
    Company {
        name: "Lakeshore Integrators",
        slug: "lakeshore",
        region: "americas",
        zone: "America/Chicago",
        manager: "kezia@vendor.example",
    },
];

/// The partners' side; their zone is their company's.
const CONTACTS: &[Member] = &[
    member(Role::Contact, "Lena Brandt", "lena@nordlicht.example", &["nordlicht"], ""),
    member(Role::Principal, "Henrik Vogel", "henrik@nordlicht.example", &["nordlicht"], ""),
    member(Role::Contact, "Camille Durand", "camille@atelier.example", &["atelier"], ""),
    member(Role::Principal, "Rasa Kazlauskaitė", "rasa@baltic.example", &["baltic"], ""),
    member(Role::Contact, "Mike Alvarez", "mike@lakeshore.example", &["lakeshore"], ""),
    member(Role::Principal, "Grace Kim", "grace@lakeshore.example", &["lakeshore"], ""),
];

/// Adds everybody; `hash` is the password's.
pub fn arrive(desk: &Desk, db: &mut Db, hash: &str, now: Timestamp) -> Result<(), Error> {
    let password = Credential::Password(hash.to_owned());
    for each in STAFF {
        add(desk, db, &person(each), &password, &[], now)?;
    }
    for each in PARTNERS {
        let new = NewPartner {
            slug: each.slug.to_owned(),
            name: each.name.to_owned(),
            region: each.region.to_owned(),
            tier: None,
            zone: each.zone.to_owned(),
            channel_manager: each.manager.to_owned(),
            faults: Vec::new(),
        };
        add_partner(db, &new, now)?;
    }
    for each in CONTACTS {
        add(desk, db, &person(each), &password, &[], now)?;
    }
    Ok(())
}

fn person(of: &Member) -> NewPerson {
    let first = || of.of.first().map(|text| (*text).to_owned());
    let desk = of.role == Role::Desk;
    NewPerson {
        email: of.email.to_owned(),
        name: of.name.to_owned(),
        role: of.role,
        partner: first().filter(|_| of.role.is_partner_side()),
        region: first().filter(|_| matches!(of.role, Role::Director | Role::ChannelManager)),
        teams: if desk { of.of.iter().map(|t| (*t).to_owned()).collect() } else { Vec::new() },
        lead: of.lead,
        zone: Some(of.zone).filter(|zone| !zone.is_empty()).map(str::to_owned),
    }
}

/// Everybody whom one may be: the partners' side first, then up the ladder.
pub fn sign_ins() -> Vec<SignIn> {
    CONTACTS.iter().chain(STAFF.iter().rev()).map(sign_in).collect()
}

fn sign_in(of: &Member) -> SignIn {
    let company = |slug: &str| PARTNERS.iter().find(|p| p.slug == slug).map(|p| p.name.to_owned());
    let text = match of.role {
        Role::Contact | Role::Principal => of.of.first().and_then(|slug| company(slug)).unwrap_or_default(),
        Role::Desk if of.lead => format!("leads {}", of.of.join(", ").replace('_', " ")),
        Role::Director | Role::ChannelManager => of.of.join(", ").to_uppercase(),
        _ => of.of.join(", ").replace('_', " "),
    };
    SignIn { role: of.role, name: of.name, email: of.email, of: text }
}
