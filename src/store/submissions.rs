//! Answers already given: the same key of the same actor is answered with the first
//! result. Written in the transaction of the write itself.

use diesel::prelude::*;
use jiff::Timestamp;

use super::Db;
use super::rows::us;
use super::schema::submissions;

/// The answer to a write, as it is given again.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = submissions)]
pub struct Submission {
    /// Of method, path and body: the same key with another body is refused.
    pub digest: String,
    pub status: i32,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: String,
}

/// What was answered to this key of this actor.
pub fn find(db: &mut Db, actor: &str, key: &str) -> QueryResult<Option<Submission>> {
    submissions::table.find((actor, key)).select(Submission::as_select()).first(db).optional()
}

/// Remembers an answer; a duplicate key means that somebody else was faster.
pub fn insert(db: &mut Db, actor: &str, key: &str, answer: &Submission, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(submissions::table)
        .values((
            submissions::actor.eq(actor),
            submissions::submission_key.eq(key),
            submissions::digest.eq(&answer.digest),
            submissions::status.eq(answer.status),
            submissions::location.eq(answer.location.as_deref()),
            submissions::etag.eq(answer.etag.as_deref()),
            submissions::body.eq(&answer.body),
            submissions::created_at.eq(us(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// Where remembered answers lead, a page in the order of their keys after `after`: actor, key
/// and location.
pub fn locations(
    db: &mut Db,
    after: Option<&(String, String)>,
    limit: i64,
) -> QueryResult<Vec<(String, String, Option<String>)>> {
    let mut query = submissions::table
        .select((submissions::actor, submissions::submission_key, submissions::location))
        .into_boxed::<super::db::MultiBackend>();
    if let Some((actor, key)) = after.cloned() {
        query = query.filter(
            submissions::actor
                .gt(actor.clone())
                .or(submissions::actor.eq(actor).and(submissions::submission_key.gt(key))),
        );
    }
    query.order((submissions::actor.asc(), submissions::submission_key.asc())).limit(limit).load(db)
}

/// Forgets what was answered before `before`.
pub fn prune(db: &mut Db, before: Timestamp) -> QueryResult<usize> {
    diesel::delete(submissions::table.filter(submissions::created_at.lt(us(before)))).execute(db)
}
