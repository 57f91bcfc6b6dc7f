//! What pages tell of a demo: how fast its time runs, who is in it, and where to look. Who
//! they are and what happens to them is in `cli/demo`.

use crate::domain::person::Role;

pub struct Demo {
    /// Times as fast as a clock on the wall.
    pub factor: u32,
    /// Where the business clock is read.
    pub zone: &'static str,
    /// Of everybody.
    pub password: &'static str,
    pub people: Vec<SignIn>,
    pub tour: Vec<Stop>,
}

/// Somebody whom one may be.
pub struct SignIn {
    pub role: Role,
    pub name: &'static str,
    pub email: &'static str,
    /// Company, region or teams.
    pub of: String,
}

/// One step of the tour.
pub struct Stop {
    pub title: &'static str,
    /// What to look at.
    pub text: &'static str,
    /// E-mail of whom to be, and the page to open.
    pub ways: &'static [(&'static str, &'static str)],
}

impl Demo {
    pub fn person(&self, email: &str) -> Option<&SignIn> {
        self.people.iter().find(|p| p.email == email)
    }
}
